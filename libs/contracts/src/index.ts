export * from './edge-requests.js';
export * from './frames.js';
export * from './kinds.js';
export * from './replay-order.js';
export * from './stream-event.js';
export * from './subjects.js';
export * from './words.js';
