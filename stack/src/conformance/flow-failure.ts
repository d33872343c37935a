/** Something that must hold does not: one sentence. */
export class FlowFailure extends Error {
  override readonly name = 'FlowFailure';
}
