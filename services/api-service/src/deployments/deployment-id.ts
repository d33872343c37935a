import { apiError } from '../errors.js';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Returns a deployment's id as it is stored. @throws HttpError 404: whatever can't be one is not found. */
export function deploymentIdOf(text: string): string {
  if (!uuid.test(text)) throw deploymentNotFound(text);
  return text.toLowerCase();
}

/** Returns the error for a deployment that is not there. */
export function deploymentNotFound(deploymentId: string) {
  return apiError('DEPLOYMENT_NOT_FOUND', `There is no deployment '${deploymentId}'.`);
}
