import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import type { Hono } from 'hono'
import { readWidgetFiles, widgetRoutes } from '../../../bff/http/widget-files.ts'

const SOURCE = 'export const answer = 42\n'.repeat(50)
let folder: string
let app: Hono

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'widgets-'))
  mkdirSync(join(folder, '1/chunks'), { recursive: true })
  writeFileSync(join(folder, '1/provision.js'), SOURCE)
  writeFileSync(join(folder, '1/integrity.json'), '{}')
  writeFileSync(join(folder, '1/host.css'), 'p { margin: 0 }')
  writeFileSync(join(folder, '1/chunks/part-AbC.js'), SOURCE)
  writeFileSync(join(folder, '1/secret.txt'), 'not for anybody')
  app = widgetRoutes(readWidgetFiles(folder))
})
after(() => rmSync(folder, { recursive: true }))

const get = async (path: string, headers: Record<string, string> = {}) =>
  app.request(path, { headers })

describe('the script a page embeds', () => {
  it('is JavaScript', async () => {
    const response = await get('/widgets/1/provision.js')
    assert.equal(response.headers.get('content-type'), 'text/javascript; charset=utf-8')
  })
  it('is what was built', async () => {
    assert.equal(await (await get('/widgets/1/provision.js')).text(), SOURCE)
  })
  it('may be used by every page', async () => {
    const response = await get('/widgets/1/provision.js')
    assert.equal(response.headers.get('access-control-allow-origin'), '*')
  })
  it('is asked for again after a while', async () => {
    const response = await get('/widgets/1/provision.js')
    assert.match(response.headers.get('cache-control') ?? '', /max-age=300/)
  })
  it('is not sent again to who has it', async () => {
    const etag = (await get('/widgets/1/provision.js')).headers.get('etag') ?? ''
    const again = await get('/widgets/1/provision.js', { 'if-none-match': `W/${etag}` })
    assert.equal(again.status, 304)
  })
  it('goes with brotli to who reads it', async () => {
    const response = await get('/widgets/1/provision.js', { 'accept-encoding': 'gzip, br' })
    const body = brotliDecompressSync(Buffer.from(await response.arrayBuffer()))
    assert.equal(body.toString(), SOURCE)
  })
  it('goes with gzip to who reads only that', async () => {
    const response = await get('/widgets/1/provision.js', { 'accept-encoding': 'gzip, br;q=0' })
    assert.equal(gunzipSync(Buffer.from(await response.arrayBuffer())).toString(), SOURCE)
  })
})

describe('the stylesheet for the time before the script', () => {
  it('is one', async () => {
    const response = await get('/widgets/1/host.css')
    assert.equal(response.headers.get('content-type'), 'text/css; charset=utf-8')
  })
})

describe('a chunk named by its digest', () => {
  it('is kept for good', async () => {
    const response = await get('/widgets/1/chunks/part-AbC.js')
    assert.match(response.headers.get('cache-control') ?? '', /immutable/)
  })
})

describe('anything else in the folder or around it', () => {
  for (const path of [
    '/widgets/1/secret.txt',
    '/widgets/../package.json',
    '/widgets/%2e%2e/package.json',
    '/widgets/1/..%2f..%2fetc/passwd',
    '/widgets/',
    '/widgets/2/provision.js',
    '/widgets/constructor',
  ])
    it(`is not there: ${path}`, async () => {
      assert.equal((await get(path)).status, 404)
    })
})

describe('elements that were never built', () => {
  it('are no reason to fail', () => {
    assert.equal(readWidgetFiles(join(folder, 'none')).size, 0)
  })
})
