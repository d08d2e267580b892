import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { Agent, request } from 'undici'
import { freeInARow } from '../../bff/demo/free-ports.ts'
import type { DemoFacts } from '../../bff/demo/start.ts'
import { type Ended, Program, run } from '../bff/cli/processes.ts'

const folder = mkdtempSync(join(tmpdir(), 'demo-command-'))
const data = join(folder, 'first')
after(() => rmSync(folder, { recursive: true, force: true }))

interface Run {
  readonly program: Program
  readonly facts: DemoFacts
}

async function demo(...args: string[]): Promise<Run> {
  const program = new Program('bff/cli/demo.ts', ['--json', ...args], {})
  await program.says('\n')
  const facts: DemoFacts = JSON.parse(program.out)
  return { program, facts }
}
async function stopped({ program }: Run): Promise<Ended> {
  program.signal('SIGINT')
  return program.ended
}
async function whm(facts: DemoFacts, call: string): Promise<unknown> {
  const dispatcher = new Agent({ connect: { ca: readFileSync(facts.whm.ca, 'utf8') } })
  const { body } = await request(`${facts.whm.url}/json-api/${call}`, {
    dispatcher,
    headers: { authorization: `whm ${facts.whm.user}:${facts.whm.token}` },
  })
  const answer = await body.json()
  await dispatcher.close()
  return answer
}
const asStaff = (facts: DemoFacts, path: string, token = facts.tokens.staff) =>
  fetch(`${facts.bff}/v1${path}`, { headers: { authorization: `Bearer ${token}` } })

before(() => {
  const built = spawnSync(process.execPath, ['bff/cli/ensure-built.mjs'])
  assert.equal(built.status, 0, String(built.stderr))
})

describe('the demo, run for a program', () => {
  let first: Run
  let ended: Ended
  before(async () => {
    first = await demo('--data', data)
  })
  after(async () => {
    ended ??= await stopped(first)
  })

  it('prints one line and nothing else', () => {
    assert.equal(first.program.out.split('\n').length, 2)
  })
  it('says where everything is', () => {
    assert.deepEqual(Object.keys(first.facts), [
      'bff',
      'admin',
      'client',
      'whm',
      'tokens',
      'token_urls',
      'services',
    ])
  })
  it('has three origins that are all localhost', () => {
    const { bff, admin, client } = first.facts
    const origins = [bff, admin, client].map((url) => new URL(url))
    assert.deepEqual(
      [
        new Set(origins.map(({ origin }) => origin)).size,
        new Set(origins.map(({ hostname }) => hostname)),
      ],
      [3, new Set(['localhost'])],
    )
  })
  it('has services in different states', () => {
    assert.deepEqual(
      first.facts.services.map(({ state }) => state),
      ['unprovisioned', 'active', 'suspended', 'active', 'active', 'active', 'active'],
    )
  })
  it('has a WHM server that takes its token', async () => {
    assert.match(JSON.stringify(await whm(first.facts, 'version?api.version=1')), /"version":"11\./)
  })
  for (const page of ['admin', 'client'] as const) {
    it(`opens the ${page} without a login on a page with elements`, async () => {
      const text = await (await fetch(first.facts[page])).text()
      assert.match(text, /<provision-actions/)
    })
    it(`sends the ${page} with the strict policy`, async () => {
      const { headers } = await fetch(first.facts[page])
      assert.match(
        headers.get('content-security-policy') ?? '',
        /require-trusted-types-for 'script'/,
      )
    })
  }
  it('has a token for staff that works', async () => {
    assert.equal((await asStaff(first.facts, '/services/1042/actions')).status, 200)
  })
  it('has a token for a client that reaches no other client’s service', async () => {
    const { client } = first.facts.tokens
    const [own, foreign] = await Promise.all(
      ['1042', '1045'].map(
        async (id) => (await asStaff(first.facts, `/services/${id}`, client)).status,
      ),
    )
    assert.deepEqual([own, foreign], [200, 404])
  })
  for (const method of ['GET', 'POST'])
    it(`gives fresh tokens by ${method}`, async () => {
      const answer = await fetch(first.facts.token_urls.staff, { method })
      const { token } = (await answer.json()) as { token: string }
      assert.equal((await asStaff(first.facts, '/services/1042', token)).status, 200)
    })
  it('is not started twice on one folder', async () => {
    const { code, err } = await run('bff/cli/demo.ts', ['--json', '--data', data])
    assert.deepEqual([code, /running already/.test(err)], [1, true])
  })
  it('runs a second one beside it', async () => {
    const second = await demo('--data', join(folder, 'second'))
    const apart =
      second.facts.bff !== first.facts.bff && second.facts.whm.url !== first.facts.whm.url
    const end = await stopped(second)
    assert.deepEqual([apart, end.code], [true, 0])
  })
  it('stops cleanly', async () => {
    ended = await stopped(first)
    assert.deepEqual([ended.code, ended.err], [0, ''])
  })
})

describe('the demo, run again', () => {
  let before_: DemoFacts
  let again: Run
  before(async () => {
    const first = await demo('--data', data)
    before_ = first.facts
    await whm(first.facts, 'suspendacct?api.version=1&user=lakeside&reason=kept')
    await stopped(first)
    again = await demo('--data', data)
  })
  after(() => stopped(again))

  it('keeps its ports', () => {
    const { bff, admin, client, whm: server } = again.facts
    assert.deepEqual(
      [bff, admin, client, server.url],
      [before_.bff, before_.admin, before_.client, before_.whm.url],
    )
  })
  it('keeps what its WHM server knew', async () => {
    const answer = await whm(again.facts, 'accountsummary?api.version=1&user=lakeside')
    assert.match(JSON.stringify(answer), /"suspendreason":"kept"/)
  })
  it('keeps its services', async () => {
    assert.equal((await asStaff(again.facts, '/services/1042')).status, 200)
  })
})

describe('the demo, started over', () => {
  it('has forgotten what was', async () => {
    const fresh = await demo('--data', data, '--fresh')
    const answer = JSON.stringify(
      await whm(fresh.facts, 'accountsummary?api.version=1&user=lakeside'),
    )
    await stopped(fresh)
    assert.match(answer, /"suspended":0/)
  })
})

describe('the demo with ports of one’s choice', () => {
  it('takes them', async () => {
    const port = await freeInARow(43_000, 5)
    const whmPort = await freeInARow(43_500, 1)
    const chosen = await demo(
      '--data',
      join(folder, 'chosen'),
      `--port=${port}`,
      `--whm-port=${whmPort}`,
    )
    const status = (await asStaff(chosen.facts, '/services/1042')).status
    await stopped(chosen)
    assert.deepEqual(
      [chosen.facts.bff, chosen.facts.client, chosen.facts.whm.url, status],
      [
        `http://localhost:${port}`,
        `http://localhost:${port + 2}`,
        `https://localhost:${whmPort}`,
        200,
      ],
    )
  })
  it('does not move a server that services live on', async () => {
    const whmPort = await freeInARow(43_600, 1)
    const { code, err } = await run('bff/cli/demo.ts', ['--data', data, `--whm-port=${whmPort}`])
    assert.deepEqual([code, err.includes('--fresh')], [1, true])
  })
  it('says which one is taken', async () => {
    const server: Server = createServer()
    const port = await freeInARow(44_000, 1)
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    const { code, err } = await run('bff/cli/demo.ts', [
      '--data',
      join(folder, 'third'),
      `--port=${port}`,
    ])
    server.close()
    assert.deepEqual(
      [code, err.includes(`port ${port} is taken`), err.includes('--port')],
      [1, true, true],
    )
  })
})

describe('the BFF as it was built', () => {
  it('starts from its environment, serves the elements, and stops', async () => {
    const port = await freeInARow(45_000, 1)
    const bff = new Program('dist/bff/main.js', [], {
      PROVISION_PUBLIC_URL: 'https://panel.example.com',
      PROVISION_DATABASE_URL: `file:${join(folder, 'built.db')}`,
      PROVISION_VAULT_KEYS: `k1:${randomBytes(32).toString('base64')}`,
      PROVISION_LISTEN: `127.0.0.1:${port}`,
    })
    await bff.says('"ready"')
    const script = await fetch(`http://127.0.0.1:${port}/widgets/1/provision.js`)
    bff.signal('SIGTERM')
    const { code } = await bff.ended
    assert.deepEqual([script.status, code], [200, 0])
  })
  it('starts no demo when it is told nothing', async () => {
    const { code, out } = await run('dist/bff/main.js', [])
    assert.deepEqual([code, out], [2, ''])
  })
})
