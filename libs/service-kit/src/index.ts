export * from './common-settings.js';
export * from './http.js';
export * from './lifecycle.js';
export * from './logging.js';
export * from './openapi.js';
export * from './sealing.js';
export * from './settings.js';
export * from './sweep.js';
