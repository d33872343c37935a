import { type Kind, type KindTraits, kinds, kindTraits } from '@gatecast/contracts/kinds';
import { misused } from './failure.js';

/** An artifact as it is named on the command line. */
export interface ArtifactReference {
  readonly kind: Kind;
  readonly id: string;
}

/** Returns what a kind is called on the command line: `rest-api`. */
export function kindName({ collection }: Pick<KindTraits, 'collection'>): string {
  return collection.replace(/ies$/, 'y').replace(/s$/, '');
}

/** What the command line accepts. */
export const kindNames = kinds.map(kindName);

/** Returns the kind that a word stands for: `rest-api`, its collection `rest-apis`, or `RestApi` as in the YAML. */
export function kindOf(word: string): Kind | undefined {
  return kinds.find((traits) => [kindName(traits), traits.collection, traits.kind].includes(word))?.kind;
}

/** Reads `KIND/NAME`. @throws Failure when it is none. */
export function artifactReference(text: string): ArtifactReference {
  const [, word = '', id] = /^([^/]*)\/([^/]+)$/.exec(text) ?? [];
  const kind = kindOf(word);
  if (!kind || !id)
    throw misused(`An artifact is named KIND/NAME, with one of ${kindNames.join(', ')} as its kind: '${text}' is not.`);
  return { kind, id };
}

/** Returns how an artifact is shown: `rest-api/reading-list`. */
export function artifactName({ kind, id }: { readonly kind: Kind; readonly id: string }): string {
  return `${kindName(kindTraits(kind))}/${id}`;
}
