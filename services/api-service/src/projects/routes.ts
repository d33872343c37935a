import type { HttpApp } from '@gatecast/service-kit';
import { Type } from 'typebox';
import { Description, DisplayName, readOnly, requireSameId, timestamps, timestampsOf } from '../fields.js';
import { Handle, handleParam } from '../handle.js';
import { apiPath, operation } from '../operation.js';
import { ListOf, listBody, pageQuery, sortQuery } from '../pagination.js';
import type { Project, Projects } from './projects.js';

const content = { displayName: DisplayName, description: Type.Optional(Description) };
const ProjectInput = Type.Object(
  {
    id: Type.Optional(Handle),
    ...content,
    organizationId: Type.Optional(readOnly(Handle)),
    createdAt: Type.Optional(timestamps.createdAt),
    updatedAt: Type.Optional(timestamps.updatedAt),
  },
  { additionalProperties: false },
);
const ProjectBody = Type.Object(
  { id: Handle, ...content, organizationId: readOnly(Handle), ...timestamps },
  { title: 'Project' },
);
const ProjectParams = Type.Object({ projectId: handleParam('project') });

const tag = 'Projects';
const path = `${apiPath}/projects`;

/** Adds the routes of projects (management API 5.3). */
export function projectRoutes(app: HttpApp, projects: Projects): void {
  app.post(
    path,
    operation(
      { scope: 'ap:project:create', tag, summary: 'Create a project', errors: ['PROJECT_EXISTS'] },
      { body: ProjectInput, response: { 201: ProjectBody } },
    ),
    async ({ caller, body }, reply) => {
      const project = await projects.create(caller.organizationId, body);
      return reply.code(201).header('location', `${path}/${project.handle}`).send(toBody(project));
    },
  );

  app.get(
    path,
    operation(
      { scope: 'ap:project:read', tag, summary: 'List projects' },
      {
        querystring: Type.Object({ ...pageQuery, ...sortQuery }, { additionalProperties: false }),
        response: { 200: ListOf(ProjectBody) },
      },
    ),
    async ({ caller, query }) => listBody(await projects.list(caller.organizationId, query), query, toBody),
  );

  app.get(
    `${path}/:projectId`,
    operation(
      { scope: 'ap:project:read', tag, summary: 'Get a project', errors: ['PROJECT_NOT_FOUND'] },
      { params: ProjectParams, response: { 200: ProjectBody } },
    ),
    async ({ caller, params }) => toBody(await projects.get(caller.organizationId, params.projectId)),
  );

  app.put(
    `${path}/:projectId`,
    operation(
      { scope: 'ap:project:update', tag, summary: 'Change a project', errors: ['PROJECT_NOT_FOUND'] },
      { params: ProjectParams, body: ProjectInput, response: { 200: ProjectBody } },
    ),
    async ({ caller, params, body }) => {
      requireSameId(body.id, params.projectId);
      return toBody(await projects.update(caller.organizationId, params.projectId, body));
    },
  );

  app.delete(
    `${path}/:projectId`,
    operation(
      {
        scope: 'ap:project:delete',
        tag,
        summary: 'Delete a project',
        description: 'Not while artifacts or applications belong to it.',
        errors: ['PROJECT_NOT_FOUND', 'CONFLICT'],
      },
      { params: ProjectParams, response: { 204: Type.Null() } },
    ),
    async ({ caller, params }, reply) => {
      await projects.remove(caller.organizationId, params.projectId);
      return reply.code(204).send(null);
    },
  );
}

function toBody(project: Project) {
  const { handle, displayName, description, organization } = project;
  return {
    id: handle,
    displayName,
    ...(description !== null && { description }),
    organizationId: organization.handle,
    ...timestampsOf(project),
  };
}
