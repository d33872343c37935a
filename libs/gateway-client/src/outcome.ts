/**
 * What became of an event:
 * - `applied`: the store holds what it says
 * - `stale`: the store holds something newer; no ack, since whoever wrote that has acked it
 * - `duplicate`: this very event was applied before; no effect
 * - `unknown`: it changes or takes away what is not held
 * - `mismatch`: an undeploy of another deployment than the one held
 * - `failed`: nothing changed, for the reason given
 */
export type Outcome = 'applied' | 'stale' | 'duplicate' | 'unknown' | 'mismatch' | 'failed';
