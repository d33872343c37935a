import type { StatusReason } from '@gatecast/contracts';

const texts: Readonly<Record<StatusReason, string>> = {
  GATEWAY_PROCESSING_ERROR: 'the gateway could not apply it; its own log says why',
  DEPLOYMENT_ID_MISMATCH: 'the gateway holds another deployment than the one it was told to undeploy',
  DEPLOYMENT_TIMEOUT: 'the gateway was told and did not answer in time',
};

/** Returns what a reason means, as part of a sentence. */
export function reasonText(reason: StatusReason | undefined): string {
  return reason ? texts[reason] : 'the gateway gave no reason';
}
