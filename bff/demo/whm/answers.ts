import type { ServerResponse } from 'node:http'
import type { World } from './world.ts'

/** The body of every refused login, in the shape of API 2 whatever version was asked for. */
export const DENIED_BODY =
  '{"cpanelresult":{"apiversion":"2","error":"Access denied","data":{"reason":"Access denied","result":"0"},"type":"text"}}'

function head(world: World): Record<string, string> {
  return {
    Server: `cpsrvd/${world.version}`,
    'Cache-Control': 'no-cache, no-store, must-revalidate, private',
  }
}

/** An answer of the API; always `200`. */
export function sendJson(world: World, response: ServerResponse, text: string): number {
  response.writeHead(200, {
    ...head(world),
    'Content-Type': 'application/json; charset="utf-8"',
    'Content-Length': Buffer.byteLength(text),
    'Keep-Alive': 'timeout=70, max=200',
  })
  response.end(text)
  return 200
}

/** The literal answer to a wrong token, a wrong user or none. */
export function sendDenied(world: World, response: ServerResponse): number {
  response.writeHead(403, 'Forbidden Access denied', {
    ...head(world),
    Connection: 'close',
    'Content-Type': 'text/plain; charset="utf-8"',
    'Content-Length': Buffer.byteLength(DENIED_BODY),
  })
  response.end(DENIED_BODY)
  return 403
}

/** A page, with a reason phrase of its own where the server has one. */
export function sendHtml(
  world: World,
  response: ServerResponse,
  status: number,
  html: string,
  more: { readonly phrase?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): number {
  if (more.phrase !== undefined) response.statusMessage = more.phrase
  response.writeHead(status, {
    ...head(world),
    'Content-Type': 'text/html; charset="utf-8"',
    'Content-Length': Buffer.byteLength(html),
    ...more.headers,
  })
  response.end(html)
  return status
}

/** A whole page around a sentence. */
export function page(title: string, sentence: string): string {
  return `<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title></head><body><h1>${escaped(title)}</h1><p>${escaped(sentence)}</p></body></html>\n`
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
