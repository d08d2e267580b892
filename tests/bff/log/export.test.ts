import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parse } from 'csv-parse/sync'
import { knownKeys, type PublicKey } from '../../../bff/log/chain/keys.ts'
import { cutBefore } from '../../../bff/log/chain/retain.ts'
import { type ExportFormat, type ExportQuery, exportLog } from '../../../bff/log/export/export.ts'
import { verifyExport } from '../../../bff/log/export/verify-export.ts'
import { sayFor } from '../../../bff/texts/speech.ts'
import { tenantId } from '../../tenant-id.ts'
import { run } from '../cli/processes.ts'
import { type Evidence, openEvidence } from './evidence.ts'

const { say } = sayFor('en')
const README = fileURLToPath(new URL('../../../bff/log/README.md', import.meta.url))
const ALL: ExportQuery = { tenant: tenantId('one'), service: null }
const OF_S1: ExportQuery = { tenant: tenantId('one'), service: 's1' }

let evidence: Evidence
let keys: PublicKey[]
beforeEach(async () => {
  evidence = await openEvidence(4)
  await evidence.write({ service: 's2', actor: { role: 'staff', label: '=cmd|calc' } })
  await evidence.write({ service: null, action: 'configuration' })
  await evidence.write({ tenant: tenantId('two') })
  await evidence.sign()
  keys = (await knownKeys(evidence.db)).map(({ key }) => key)
})
afterEach(() => evidence.end())

async function exported(query: ExportQuery, format: ExportFormat = 'jsonl'): Promise<string> {
  let text = ''
  for await (const piece of (await exportLog(evidence.house.deps, query, format, say)) ?? [])
    text += piece
  return text
}
async function* linesOf(text: string): AsyncGenerator<string> {
  yield* text.trimEnd().split('\n')
}
async function findings(text: string, signed: readonly string[] = []): Promise<string[]> {
  const verdict = await verifyExport(linesOf(text), keys, signed)
  return verdict.findings.map(({ what, seq }) => (seq === null ? what : `${what} ${seq}`))
}
const without = (text: string, index: number) =>
  text
    .split('\n')
    .filter((_, at) => at !== index)
    .join('\n')

describe('an export of the whole log', () => {
  it('is whole', async () => assert.deepEqual(await findings(await exported(ALL)), []))
  it('has every entry of the tenant and none of another', async () => {
    const { links, tenant, service } = await verifyExport(linesOf(await exported(ALL)), keys)
    assert.deepEqual({ links, tenant, service }, { links: 6, tenant: 'one', service: null })
  })
  it('with a value changed is found out, and where', async () => {
    const text = (await exported(ALL)).replace('"seq":3,"entry":{', '"seq":3,"entry": {')
    assert.deepEqual(await findings(text), ['export_unproven'])
    const changed = (await exported(ALL)).replace('"action":"configuration"', '"action":"x"')
    assert.deepEqual(await findings(changed), ['entry_changed 6', 'export_unproven'])
  })
  it('with a line taken out is found out, and where', async () => {
    assert.deepEqual(await findings(without(await exported(ALL), 2)), [
      'export_unproven',
      'link_missing 4',
    ])
  })
  it('with its beginning taken off is found out', async () => {
    assert.deepEqual(await findings(without(await exported(ALL), 0)), [
      'export_unproven',
      'link_missing 2',
      'link_displaced 2',
    ])
  })
  it('with its end taken off is found out', async () => {
    assert.deepEqual(await findings(without(await exported(ALL), 5)), [
      'export_unproven',
      'truncated 6',
    ])
  })
  it('without what was signed is found out', async () => {
    assert.deepEqual(await findings(without(await exported(ALL), 6)), ['export_unproven'])
  })
  it('with something behind it is found out', async () => {
    const text = await exported(ALL)
    assert.ok((await findings(`${text}${text}`)).includes('line_unreadable'))
  })
  it('signed by somebody else is found out', async () => {
    const text = await exported(ALL)
    const others = keys.map((key) => ({ ...key, x: 'A'.repeat(43) }))
    const { ok } = await verifyExport(linesOf(text), others)
    assert.equal(ok, false)
  })
  it('is held against a head that was kept elsewhere', async () => {
    const head = await evidence.sign()
    const text = await exported(ALL)
    assert.deepEqual(await findings(text, [head]), [])
  })
})

describe('an export from before a cut', () => {
  it('proves itself against the checkpoint', async () => {
    const before = await exported(ALL)
    await cutBefore(evidence.house.deps, tenantId('one'), evidence.house.clock.time + 1)
    const { cut } = await evidence.verdict()
    assert.deepEqual(await findings(before, [cut?.jws ?? '']), [])
  })
})

describe('an export from behind a cut', () => {
  beforeEach(async () => {
    const { clock } = evidence.house
    clock.time += 60_000
    await cutBefore(evidence.house.deps, tenantId('one'), clock.time)
    await evidence.write()
    await evidence.write()
  })
  it('begins with the checkpoint and is whole', async () => {
    const text = await exported(ALL)
    assert.deepEqual([await findings(text), text.startsWith('{"checkpoint":')], [[], true])
  })
  it('is found out without its checkpoint', async () => {
    assert.deepEqual(await findings(without(await exported(ALL), 0)), [
      'export_unproven',
      'link_missing 7',
      'link_displaced 7',
    ])
  })
})

describe('an export of one service', () => {
  it('is whole, with its own entries alone', async () => {
    const text = await exported(OF_S1)
    const { ok, links, service } = await verifyExport(linesOf(text), keys)
    assert.deepEqual({ ok, links, service }, { ok: true, links: 4, service: 's1' })
  })
  it('with a line taken out is found out', async () => {
    assert.deepEqual(await findings(without(await exported(OF_S1), 1)), ['export_unproven'])
  })
  it('has what is looked for alone', async () => {
    const { links } = await verifyExport(
      linesOf(await exported({ ...OF_S1, level: 'error' })),
      keys,
    )
    assert.equal(links, 0)
  })
  it('has entries by thousands, each once', async () => {
    const { clock } = evidence.house
    await evidence.db.write([
      {
        sql: `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
              INSERT INTO log_entry SELECT printf('log_%026d', i), 'one', 's9', ?, 'info', '{"role":"staff","label":"Ann"}',
                'staff', 'suspend', NULL, NULL, 5, 'log.action.succeeded', '{}', NULL, 1 FROM n`,
        args: [clock.now()],
      },
    ])
    const { ok, links } = await verifyExport(
      linesOf(await exported({ tenant: tenantId('one'), service: 's9' })),
      keys,
    )
    assert.deepEqual([ok, links], [true, 1200])
  })
})

describe('an export for people', () => {
  const rows = async (query: ExportQuery): Promise<string[][]> =>
    parse(await exported(query, 'csv'))

  it('says who, what and when in plain words', async () => {
    const [, first = []] = await rows(OF_S1)
    assert.deepEqual(
      [first[1], first[2], first[3], first[5], first[6], first[10]],
      ['info', 'staff', 'Ann Smith', 's1', 'suspend', 'The account was suspended.'],
    )
  })
  it('holds no formula', async () => {
    const [, row = []] = await rows({ tenant: tenantId('one'), service: 's2' })
    assert.equal(row[3], "'=cmd|calc")
  })
  it('has a record of names and one for each entry', async () =>
    assert.equal((await rows(ALL)).length, 7))
})

describe('without anything of ours', () => {
  const folder = mkdtempSync(join(tmpdir(), 'export-'))
  const script = join(folder, 'verify.mjs')
  before(() => {
    const found = /^```js\n(.*?)^```$/ms.exec(readFileSync(README, 'utf8'))?.[1]
    assert.ok(found)
    writeFileSync(script, found)
  })
  after(() => rmSync(folder, { recursive: true }))

  const verified = (text: string) => {
    writeFileSync(join(folder, 'export.jsonl'), text)
    writeFileSync(join(folder, 'keys.json'), JSON.stringify({ keys }))
    const { status, stdout } = spawnSync(
      process.execPath,
      [script, join(folder, 'export.jsonl'), join(folder, 'keys.json')],
      { encoding: 'utf8' },
    )
    return [status, stdout.trim()]
  }

  it('the whole log is found whole', async () =>
    assert.deepEqual(verified(await exported(ALL)), [0, 'whole: 6 entries']))
  it('a service’s log is found whole', async () =>
    assert.deepEqual(verified(await exported(OF_S1)), [0, 'whole: 4 entries']))
  it('a changed line is found', async () =>
    assert.deepEqual(verified((await exported(ALL)).replace('Ann Smith', 'Bob Smith')), [
      1,
      'a line was changed',
    ]))
  it('the operator’s command finds the same', async () => {
    verified(await exported(ALL))
    const args = ['audit', 'verify', '--file', join(folder, 'export.jsonl')]
    const { code, out } = await run('bff/cli/provision.ts', [
      ...args,
      '--keys',
      join(folder, 'keys.json'),
    ])
    assert.deepEqual([code, /^one: whole, 6 entries/.test(out)], [0, true])
  })
  it('the operator’s command exits with 1 where a line was changed, and says which', async () => {
    verified((await exported(ALL)).replace('"action":"configuration"', '"action":"x"'))
    const args = ['audit', 'verify', '--file', join(folder, 'export.jsonl')]
    const { code, out } = await run('bff/cli/provision.ts', [
      ...args,
      '--keys',
      join(folder, 'keys.json'),
    ])
    assert.deepEqual([code, /no\. 6 log_\w+ the entry is not what was sealed/.test(out)], [1, true])
  })
  it('the operator’s command wants keys', async () =>
    assert.equal((await run('bff/cli/provision.ts', ['audit', 'verify', '--file', 'x'])).code, 2))
})
