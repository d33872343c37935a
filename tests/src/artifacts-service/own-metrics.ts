import { openMetrics } from '@gatecast/service-kit';
import { createMetrics } from '../../../services/artifacts-service/dist/metrics.js';

/** Metrics of an artifacts-service that the test takes apart, and that nobody reads. */
export const ownMetrics = () => createMetrics(openMetrics(), () => ({}));
