import { isUuid } from '@gatecast/contracts';
import { apiError } from '../errors.js';

/** Returns a deployment's id as it is stored. @throws HttpError 404: whatever can't be one is not found. */
export function deploymentIdOf(text: string): string {
  if (!isUuid(text)) throw deploymentNotFound(text);
  return text.toLowerCase();
}

/** Returns the error for a deployment that is not there. */
export function deploymentNotFound(deploymentId: string) {
  return apiError('DEPLOYMENT_NOT_FOUND', `There is no deployment '${deploymentId}'.`);
}
