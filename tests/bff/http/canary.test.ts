import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, before, describe, it } from 'node:test'
import { leaks } from '../../secret-search.ts'
import { bound, ordered } from '../operations/scene.ts'
import { type Front, openFront } from './front.ts'

const PASSWORD = 'canary+Password/7%&"<x>'
const TOKEN = 'CANARYTOKEN76CN17MDPKM3O7EFQY8'
const LOGIN = 'https://panel.example/once?secret'

/** The files as another process sees them: reading them here would drop SQLite's locks. */
function filesOf(folder: string): string {
  const script =
    'const f=require("fs"),d=process.argv[1];for(const n of f.readdirSync(d))process.stdout.write(f.readFileSync(d+"/"+n))'
  return execFileSync(process.execPath, ['-e', script, folder], {
    maxBuffer: 64 * 1024 * 1024,
  }).toString('latin1')
}

let front: Front
let answers = ''
let bearer = ''
const all = () => ({ PASSWORD, TOKEN, LOGIN, bearer })

async function ask(...request: Parameters<Front['ask']>): Promise<string> {
  const [method, path, more] = request
  const response = await front.ask(method, path, { ...more, token: bearer })
  const text = await response.text()
  answers += `${JSON.stringify([...response.headers])}${text}`
  return text
}

before(async () => {
  front = await openFront()
  const { scene } = front
  await bound(scene, 'bob')
  await bound(scene, 'eve')
  await ordered(scene, 'new')
  bearer = await front.token()
  const whisper = (service: string, key: string) =>
    ask('POST', `/services/${service}/actions/whisper`, {
      body: { input: { password: PASSWORD } },
      headers: { 'idempotency-key': key },
    })
  await whisper('bob', 'canary-works')
  await scene.runner.tick()
  scene.panel.fates = ['cut_after', 'refused']
  await whisper('bob', 'canary-unknown')
  await scene.runner.tick()
  await whisper('eve', 'canary-refused')
  await scene.runner.tick()
  await ask('POST', '/services/new/actions/found', {
    body: { input: { password: PASSWORD } },
    headers: { 'idempotency-key': 'canary-create' },
  })
  await ask('POST', '/services/eve/actions/whisper', {
    body: { input: { password: PASSWORD, more: PASSWORD } },
    headers: { 'idempotency-key': 'canary-invalid' },
  })
  await ask('POST', '/configurations', {
    body: { label: 'Second', host: 'whm.example.com', user: 'root', token: TOKEN },
  })
  await ask('POST', '/configurations', {
    body: { label: 'Third', host: 'not a host', user: 'root', token: TOKEN },
  })
  await front.ask('POST', '/services/bob/actions/peek', { body: { input: {} } })
  for (const service of ['bob', 'eve', 'new']) {
    for (const what of ['actions', 'operations', 'fields', 'logs'])
      await ask('GET', `/services/${service}/${what}`)
  }
  await ask('GET', '/configurations')
})
after(() => front.end())

describe('a password, a server’s token and a login address', () => {
  it('were really used', () =>
    assert.ok(front.scene.panel.calls.some(({ secrets }) => secrets.includes(PASSWORD))))
  it('are in no file of the database', () =>
    assert.deepEqual(leaks(filesOf(front.scene.folder), all()), []))
  it('are in no answer', () => assert.deepEqual(leaks(answers, { PASSWORD, TOKEN, bearer }), []))
  it('are in nothing that was reported', () =>
    assert.deepEqual(leaks(front.scene.reports.join('\n'), all()), []))
})

describe('the search', () => {
  it('finds what is planted, in every form', () => {
    for (const form of [
      PASSWORD,
      encodeURIComponent(PASSWORD),
      JSON.stringify({ p: PASSWORD }),
      Buffer.from(`x${PASSWORD}yz`).toString('base64'),
      Buffer.from(`xy${PASSWORD}z`).toString('base64url'),
      Buffer.from(PASSWORD).toString('hex'),
    ])
      assert.notDeepEqual(leaks(`before ${form} after`, { PASSWORD }), [], form)
  })
  it('finds a secret planted in the database', async () => {
    await front.scene.db.write([
      { sql: `INSERT INTO field VALUES ('ten_1', 'bob', 'note', ?, 'staff', 1)`, args: [PASSWORD] },
    ])
    assert.ok(leaks(filesOf(front.scene.folder), { PASSWORD }).includes('PASSWORD, plain'))
  })
})
