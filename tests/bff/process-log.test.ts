import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { z } from 'zod'
import { freeInARow } from '../../bff/demo/free-ports.ts'
import { Program } from './cli/processes.ts'

const lineSchema = z.looseObject({ level: z.number(), time: z.number(), msg: z.string() })

let folder: string
let lines: string[]
let code: number | null

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'process-log-'))
  const port = await freeInARow(5760, 1)
  const program = new Program('bff/main.ts', [], {
    PROVISION_PUBLIC_URL: `http://localhost:${port}`,
    PROVISION_DATABASE_URL: `file:${join(folder, 'provision.db')}`,
    PROVISION_VAULT_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    PROVISION_LISTEN: `127.0.0.1:${port}`,
  })
  await program.says('"msg":"ready"')
  const base = `http://127.0.0.1:${port}`
  await fetch(`${base}/v1/services/bob/fields?access_token=SECRET-IN-QUERY`, {
    headers: { authorization: 'Bearer SECRET.IN.TOKEN', 'user-agent': 'SECRET-IN-AGENT' },
  })
  await fetch(`${base}/v1/%0a{"level":50,"msg":"forged"}`)
  await fetch(`${base}/v1/a%0d%0a%e2%80%a8%1b[31mb`)
  await fetch(`${base}/v1/the-last`)
  await program.says('/v1/the-last')
  program.signal('SIGINT')
  const ended = await program.ended
  lines = ended.out.trimEnd().split('\n')
  code = ended.code
})
after(() => rmSync(folder, { recursive: true }))

describe('a line of the process’s log', () => {
  it('is one JSON object', () =>
    assert.deepEqual(
      lines.filter((line) => !lineSchema.safeParse(JSON.parse(line)).success),
      [],
    ))
  it('cannot be begun by who asks for a path', () =>
    assert.deepEqual(
      lines.filter((line) => lineSchema.parse(JSON.parse(line)).msg === 'forged'),
      [],
    ))
  it('moves no terminal', () => assert.doesNotMatch(lines.join(''), /[\p{Cc}\p{Zl}\p{Zp}]/u))
  it('has nothing of a query, a token or a header in it', () =>
    assert.doesNotMatch(lines.join(''), /SECRET/))
  it('is there to the end', () => assert.equal(code, 0))
})

describe('a request that is refused', () => {
  it('is in the log with its status, its path and its request id', () => {
    const refused = z.looseObject({
      method: z.literal('GET'),
      path: z.literal('/v1/services/bob/fields'),
      status: z.literal(400),
      request_id: z.string().startsWith('req_'),
    })
    assert.ok(lines.some((line) => refused.safeParse(JSON.parse(line)).success))
  })
})
