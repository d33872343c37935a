import { kindTraits } from '@gatecast/contracts';
import { type TProperties, Type } from 'typebox';
import { Description, readOnly, timestamps, timestampsOf } from '../fields.js';
import { Handle } from '../handle.js';
import type { Artifact, ArtifactSummary } from './artifacts.js';
import type { KindSchema } from './kind-schema.js';

/** What a caller decides about an artifact. The fields of its kind come beside these. */
export interface ArtifactInput {
  readonly id?: string;
  readonly displayName: string;
  readonly version: string;
  readonly description?: string;
  /** The project's handle. */
  readonly projectId?: string;
  readonly [field: string]: unknown;
}

/** Returns the schemas of an artifact kind: what is sent, what is answered, and one line of a list. */
export function artifactSchemas(schema: KindSchema) {
  const { title } = kindTraits(schema.kind);
  const decided = {
    displayName: Type.String({
      minLength: 1,
      maxLength: 100,
      // One way to match: whatever the length, which is looked at in any case.
      pattern: '^ *[A-Za-z0-9_.-][A-Za-z0-9_. -]*$',
      description: 'Letters, digits, `-`, `_`, `.` and spaces.',
    }),
    version: Type.String({ pattern: schema.versionPattern, maxLength: 30 }),
    description: Type.Optional(Description),
    ...projectField(schema),
  };
  const given = {
    kind: readOnly(Type.Literal(schema.kind)),
    readOnly: readOnly(Type.Boolean({ description: 'Made on a gateway, so that it cannot be changed here.' })),
    createdBy: readOnly(Type.String()),
    ...timestamps,
  };
  const optional = Object.fromEntries(Object.entries(given).map(([name, type]) => [name, Type.Optional(type)]));
  return {
    Input: Type.Unsafe<ArtifactInput>(
      Type.Object({ id: Type.Optional(Handle), ...decided, ...schema.fields, ...optional }, { additionalProperties: false }),
    ),
    Body: Type.Unsafe<Record<string, unknown>>(Type.Object({ id: Handle, ...decided, ...schema.fields, ...given }, { title })),
    Summary: Type.Unsafe<Record<string, unknown>>(
      Type.Object({ id: Handle, ...decided, ...given }, { title: `${title} in a list` }),
    ),
  };
}

function projectField({ project }: KindSchema): TProperties {
  const ProjectId = Type.String({ description: "The project's id." });
  if (project === 'never') return {};
  return { projectId: project === 'always' ? ProjectId : Type.Optional(ProjectId) };
}

/** Returns the fields of an input that are its kind's own. */
export function definitionOf(schema: KindSchema, input: ArtifactInput): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(schema.fields)
      .filter((field) => input[field] !== undefined)
      .map((field) => [field, input[field]]),
  );
}

/** Returns an artifact as the management API shows it in a list. */
export function summaryBody(artifact: ArtifactSummary) {
  const { handle, kind, displayName, version, description, project, createdBy } = artifact;
  return {
    id: handle,
    displayName,
    version,
    ...(description !== null && { description }),
    ...(project && { projectId: project.handle }),
    kind,
    readOnly: false,
    createdBy,
    ...timestampsOf(artifact),
  };
}

/** Returns an artifact as the management API shows it. */
export function artifactBody(artifact: Artifact) {
  return { ...summaryBody(artifact), ...(artifact.definition as object) };
}
