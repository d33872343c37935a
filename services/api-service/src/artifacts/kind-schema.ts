import type { Kind } from '@gatecast/contracts';
import type { FieldError } from '@gatecast/service-kit';
import type { Static, TObject, TProperties } from 'typebox';
import type { DeploymentMetadata } from './deployment-metadata.js';

/** In which way an artifact of a kind belongs to a project. */
type Belonging = 'always' | 'optionally' | 'never';

interface MetadataPlace {
  readonly field: keyof DeploymentMetadata;
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Everything in which the kinds differ in the management API and in the YAML; the wire's differences are in `kinds`. */
export interface KindSchema<Fields extends TProperties = TProperties> {
  readonly kind: Kind;
  readonly project: Belonging;
  /** Pattern of `version`, as the gateway demands it. */
  readonly versionPattern: string;
  /** The fields of the body that are this kind's own (management API 5.2). */
  readonly fields: Fields;
  /** Fields that are known elsewhere and have no place in the YAML, by path, with what to do instead. */
  readonly refusedFields: Readonly<Record<string, string>>;
  /** Returns what a schema can't say about the fields. */
  problems(definition: Static<TObject<Fields>>): FieldError[];
  /** Returns the handles of the LLM providers that must exist. */
  readonly providersOf?: (definition: Static<TObject<Fields>>) => readonly string[];
  /** Returns the `spec` of the YAML without `displayName` and `version` (gateway protocol 2.11). Undefined values are left out. */
  toSpec(definition: Static<TObject<Fields>>): Readonly<Record<string, unknown>>;
  /** Returns what of a deployment's metadata takes which place in the `spec` (gateway protocol 4.1). Undefined values take none. */
  placesOf(metadata: DeploymentMetadata): readonly MetadataPlace[];
}

/** Ties a kind's fields to the types of its functions. */
export function kindSchema<const Fields extends TProperties>(schema: KindSchema<Fields>): KindSchema {
  return schema as unknown as KindSchema;
}
