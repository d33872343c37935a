import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { HttpApp } from './http.js';

export interface ApiDocument {
  readonly title: string;
  readonly version: string;
  readonly description: string;
  /** Where the browsable page is; the document itself is at `<path>/json`. */
  readonly path: string;
  readonly securitySchemes: Record<string, object>;
  readonly tags?: readonly { name: string; description: string }[];
}

/** Serves an OpenAPI 3.1 document of all routes that are registered after this call, and a page to browse it. */
export async function serveApiDocument(app: HttpApp, document: ApiDocument): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: document.title,
        version: document.version,
        description: document.description,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      components: { securitySchemes: document.securitySchemes as never },
      tags: [...(document.tags ?? [])],
    },
    refResolver: {
      buildLocalReference: ({ $id }, _baseUri, _fragment, index) => (typeof $id === 'string' ? $id : `def-${index}`),
    },
  });
  await app.register(swaggerUi, { routePrefix: document.path });
}
