import { parseStrictJson } from '../contract/strict-json.ts'

/** Bytes a request body may have. */
export const BODY_LIMIT = 64 * 1024

export type BodyAnswer =
  | { readonly ok: true; readonly value: unknown }
  | {
      readonly ok: false
      readonly code: 'media_type_unsupported' | 'body_too_large' | 'body_invalid'
    }

/**
 * Whether a content type is JSON as we read it: UTF-8, whatever else its parameters say. A form, plain text or a
 * multipart body, which any page may send without being asked, is not. Pure.
 */
export function isJsonType(type: string | undefined): boolean {
  const [media = '', ...parameters] = (type ?? '').split(';').map((part) => part.trim())
  if (media.toLowerCase() !== 'application/json') return false
  return parameters.every((parameter) => {
    const [name = '', value = ''] = parameter.split('=', 2)
    if (name.toLowerCase() !== 'charset') return true
    return /^(utf-8|"utf-8")$/i.test(value)
  })
}

/** The bytes of a body, or `undefined` as soon as they are too many: what comes after is not kept. */
async function bytesOf(request: Request, limit: number): Promise<Uint8Array | undefined> {
  const reader = request.body?.getReader()
  if (reader === undefined) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : joined(chunks)
    size += value.byteLength
    if (size > limit) {
      // Nobody waits for this: what is left is the connection's business.
      reader.cancel().catch(() => undefined)
      return undefined
    }
    chunks.push(value)
  }
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(chunks))
}

/**
 * Reads a JSON body, counting the bytes that really come, however they were announced.
 *
 * @param limit bytes
 * @returns what strict JSON says, or why it is not taken
 */
export async function readJsonBody(request: Request, limit = BODY_LIMIT): Promise<BodyAnswer> {
  const { headers } = request
  const coding = headers.get('content-encoding')?.trim().toLowerCase() ?? 'identity'
  if (coding !== 'identity' || !isJsonType(headers.get('content-type') ?? undefined))
    return { ok: false, code: 'media_type_unsupported' }
  let bytes: Uint8Array | undefined
  try {
    bytes = await bytesOf(request, limit)
  } catch {
    // It broke off on the way: whoever sent it is gone, or sent less than was announced.
    return { ok: false, code: 'body_invalid' }
  }
  if (bytes === undefined) return { ok: false, code: 'body_too_large' }
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return { ok: false, code: 'body_invalid' }
  }
  const read = parseStrictJson(text)
  return read.ok ? read : { ok: false, code: 'body_invalid' }
}
