import type { HttpApp } from '@gatecast/service-kit';
import { Type } from 'typebox';
import { DisplayName, timestamps, timestampsOf } from '../fields.js';
import { Handle, handleParam } from '../handle.js';
import { apiPath, operation } from '../operation.js';
import { ListOf, listBody, pageQuery } from '../pagination.js';
import type { Organization, Organizations } from './organizations.js';

const OrganizationInput = Type.Object(
  { id: Type.Optional(Handle), displayName: DisplayName, region: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })) },
  { additionalProperties: false },
);

const OrganizationBody = Type.Object(
  { id: Handle, displayName: Type.String(), region: Type.Optional(Type.String()), ...timestamps },
  { title: 'Organization' },
);

const tag = 'Organizations';

/** Adds the routes of organizations (management API 5.3). */
export function organizationRoutes(app: HttpApp, organizations: Organizations): void {
  app.post(
    `${apiPath}/organizations`,
    operation(
      {
        scope: 'ap:organization:create',
        tag,
        summary: 'Create an organization',
        description: 'Who creates it becomes its member, with every scope.',
        errors: ['ORGANIZATION_EXISTS'],
      },
      { body: OrganizationInput, response: { 201: OrganizationBody } },
    ),
    async ({ caller, body }, reply) => {
      const organization = await organizations.create(caller.userId, body);
      return reply.code(201).header('location', `${apiPath}/organizations/${organization.handle}`).send(toBody(organization));
    },
  );

  app.get(
    `${apiPath}/organizations`,
    operation(
      { scope: 'ap:organization:read', tag, summary: 'List the organizations that one is a member of' },
      { querystring: Type.Object(pageQuery, { additionalProperties: false }), response: { 200: ListOf(OrganizationBody) } },
    ),
    async ({ caller, query }) => listBody(await organizations.list(caller.userId, query), query, toBody),
  );

  app.get(
    `${apiPath}/organizations/:organizationId`,
    operation(
      { scope: 'ap:organization:read', tag, summary: 'Get an organization', errors: ['ORGANIZATION_NOT_FOUND'] },
      { params: Type.Object({ organizationId: handleParam('organization') }), response: { 200: OrganizationBody } },
    ),
    async ({ caller, params }) => toBody(await organizations.get(caller.userId, params.organizationId)),
  );
}

function toBody(organization: Organization) {
  const { handle, displayName, region } = organization;
  return { id: handle, displayName, ...(region !== null && { region }), ...timestampsOf(organization) };
}
