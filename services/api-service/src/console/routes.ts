import { existsSync } from 'node:fs';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { HttpApp } from '@gatecast/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { apiError } from '../errors.js';

const place = '/console';

/** Files with a hash in their name: another content has another name. */
const hashedFiles = `${place}/assets/`;
const yearSeconds = 365 * 24 * 60 * 60;

const headers = {
  // Names and payloads come from users: whatever of them should ever pass for markup, the browser runs none of it.
  'content-security-policy':
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script'",
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/**
 * Serves the web console from `folder` under `/console`. Paths that are no files are the console's own pages, so they get its
 * one page; a file with a hash in its name that is missing is missing. Where no console was built every path says so.
 */
export async function consoleRoutes(app: HttpApp, folder: string): Promise<void> {
  if (!existsSync(path.join(folder, 'index.html'))) {
    app.log.warn({ folder }, 'no console is built: /console answers 404');
    const notBuilt = async () => {
      throw apiError('NOT_FOUND', 'The console is not built here: run `npm run build`, or set CONSOLE_DIR to where it is.');
    };
    app.get(place, hidden, notBuilt);
    app.get(`${place}/*`, hidden, notBuilt);
    return;
  }
  app.get(place, hidden, async (_request: FastifyRequest, reply: FastifyReply) => reply.redirect(`${place}/`, 308));
  await app.register(
    async (scope) => {
      scope.addHook('onSend', async (_request, reply) => void reply.headers(headers));
      scope.setNotFoundHandler(async ({ method, url }: FastifyRequest, reply: FastifyReply) => {
        const isPage = (method === 'GET' || method === 'HEAD') && !url.startsWith(hashedFiles);
        if (!isPage) throw apiError('NOT_FOUND', `There is no ${method} ${url.split('?')[0]}.`);
        return reply.code(200).sendFile('index.html');
      });
      await scope.register(fastifyStatic, {
        root: folder,
        cacheControl: false,
        dotfiles: 'ignore',
        preCompressed: true,
        setHeaders: (response, file) => {
          const isHashed = file.startsWith(path.join(folder, 'assets') + path.sep);
          response.setHeader('cache-control', isHashed ? `public, max-age=${yearSeconds}, immutable` : 'no-cache');
        },
      });
    },
    { prefix: place },
  );
}

const hidden = { schema: { hide: true } as object };
