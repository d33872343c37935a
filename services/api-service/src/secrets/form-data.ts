import type { HttpApp } from '@gatecast/service-kit';
import type { FastifyRequest } from 'fastify';
import { apiError } from '../errors.js';

/**
 * Lets the routes of a scope take `multipart/form-data` beside JSON: each part is one field, whose text, or that of its file, is
 * taken as it is. The body is held whole, within the app's limit.
 */
export function acceptFormData(app: HttpApp): void {
  app.addContentTypeParser('multipart/form-data', { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) =>
    fieldsOf(body, request.headers['content-type'] ?? ''),
  );
}

/** @throws HttpError 400 when it is no form, has a field twice, or is not UTF-8. */
async function fieldsOf(body: Buffer, contentType: string): Promise<Record<string, string>> {
  try {
    // Neither a form's parser nor a file's text says that it has replaced bytes.
    new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw apiError('VALIDATION_FAILED', 'The form is not UTF-8: encode what is not text as base64.');
  }
  let form: FormData;
  try {
    form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
  } catch {
    throw apiError('VALIDATION_FAILED', 'The body is not a well-formed multipart/form-data form.');
  }
  const fields = new Map<string, string>();
  for (const [name, part] of form) {
    if (fields.has(name)) throw apiError('VALIDATION_FAILED', `The form has the field '${name}' twice: send it once.`);
    fields.set(name, typeof part === 'string' ? part : Buffer.from(await part.arrayBuffer()).toString('utf8'));
  }
  return Object.fromEntries(fields);
}
