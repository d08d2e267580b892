import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { Hono } from 'hono'

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
}

interface WidgetFile {
  readonly type: string
  readonly etag: string
  /** Its name holds its digest: it never changes. */
  readonly immutable: boolean
  readonly plain: Uint8Array<ArrayBuffer>
  readonly gzip: Uint8Array<ArrayBuffer>
  readonly br: Uint8Array<ArrayBuffer>
}

/** The built elements by their path below `/widgets/`. */
export type WidgetFiles = ReadonlyMap<string, WidgetFile>

const bytes = (buffer: Buffer): Uint8Array<ArrayBuffer> => new Uint8Array(buffer)

/** Reads all built elements once, and compresses them. @returns nothing when they were never built */
export function readWidgetFiles(folder: string): WidgetFiles {
  const files = new Map<string, WidgetFile>()
  if (!existsSync(folder)) return files
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const type = TYPES[extname(entry.name)]
    if (!entry.isFile() || type === undefined) continue
    const full = join(entry.parentPath, entry.name)
    const path = relative(folder, full).replaceAll('\\', '/')
    const content = readFileSync(full)
    files.set(path, {
      type,
      etag: `"${createHash('sha256').update(content).digest('base64url').slice(0, 24)}"`,
      immutable: path.includes('/chunks/') || path.includes('/assets/'),
      plain: bytes(content),
      gzip: bytes(gzipSync(content, { level: 9 })),
      br: bytes(brotliCompressSync(content)),
    })
  }
  return files
}

function encodingFor(accepted: string): 'br' | 'gzip' | 'plain' {
  const wanted = accepted
    .split(',')
    .map((part) => part.trim().toLowerCase())
    .filter((part) => !/;\s*q=0(\.0*)?$/.test(part))
    .map((part) => part.split(';')[0])
  if (wanted.includes('br')) return 'br'
  return wanted.includes('gzip') ? 'gzip' : 'plain'
}

/**
 * `GET /widgets/{major}/…`: public, for any page, without cookies. Names that hold a digest are kept for a year, the
 * others for five minutes.
 */
export function widgetRoutes(files: WidgetFiles): Hono {
  const app = new Hono()
  app.on(['GET', 'HEAD'], '/widgets/*', async (c, next) => {
    // Looked up by its exact name: a path that climbs or escapes names nothing.
    const file = files.get(c.req.path.slice('/widgets/'.length))
    // Whoever answers for what is nowhere answers here, too.
    if (file === undefined) return next()
    const common = {
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
    }
    const headers = {
      ...common,
      etag: file.etag,
      vary: 'Accept-Encoding',
      'cache-control': file.immutable
        ? 'public, max-age=31536000, immutable'
        : 'public, max-age=300, stale-while-revalidate=86400',
    }
    const known = c.req.header('if-none-match')?.split(',') ?? []
    if (known.some((tag) => tag.trim().replace(/^W\//, '') === file.etag))
      return c.body(null, 304, headers)
    const encoding = encodingFor(c.req.header('accept-encoding') ?? '')
    return c.body(file[encoding], 200, {
      ...headers,
      'content-type': file.type,
      ...(encoding === 'plain' ? {} : { 'content-encoding': encoding }),
    })
  })
  return app
}
