import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { freeInARow } from '../../../bff/demo/free-ports.ts'
import { type Ended, Program, run } from './processes.ts'

const COMMAND = 'bff/cli/provision.ts'
const ISSUER = 'https://brand.example'
const folder = mkdtempSync(join(tmpdir(), 'tenants-'))
const env = {
  PROVISION_DATABASE_URL: `file:${join(folder, 'provision.db')}`,
  PROVISION_VAULT_KEYS: `k1:${randomBytes(32).toString('base64')}`,
}
for (const name of ['first', 'second']) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  writeFileSync(join(folder, `${name}.pem`), publicKey.export({ type: 'spki', format: 'pem' }))
  writeFileSync(join(folder, `${name}.key`), privateKey.export({ type: 'pkcs8', format: 'pem' }))
}
after(() => rmSync(folder, { recursive: true }))

const tenant = (verb: string, ...more: string[]) =>
  run(COMMAND, ['tenant', verb, ...(verb === 'add' ? [] : [`--tenant=${ISSUER}`]), ...more], env)

/** The life of a tenant, one command after the other, on whatever has the database open. */
function life(): void {
  const said: Record<string, Ended> = {}
  before(async () => {
    said.added = await tenant(
      'add',
      '--label=Brand',
      `--issuer=${ISSUER}`,
      '--origin=https://admin.brand.example',
      `--public-key=${join(folder, 'first.pem')}`,
      '--key-id=first',
    )
    said.begun = await tenant(
      'change',
      `--add-public-key=${join(folder, 'second.pem')}`,
      '--key-id=second',
    )
    said.rotated = await tenant('change', '--remove-key=first')
    said.wrong = await tenant('change', '--label=Other', '--origin=https://*.brand.example')
    said.private = await tenant('change', `--add-public-key=${join(folder, 'second.key')}`)
    said.shown = await tenant('show')
    said.disabled = await tenant('disable')
    said.listed = await run(COMMAND, ['tenant', 'list'], env)
    said.enabled = await tenant('enable', '--json')
    said.removed = await tenant('remove')
    said.gone = await tenant('show')
  })

  it('rotates a key: the new one comes', () => {
    assert.match(said.begun?.out ?? '', /key_names: first → first second/, said.begun?.err)
  })
  it('rotates a key: the old one goes', () => {
    assert.match(said.rotated?.out ?? '', /key_names: first second → second/)
  })
  it('refuses a change with a bad value whole, and says which', () => {
    assert.deepEqual(
      [
        said.wrong?.code,
        /Nothing was changed\.\n {2}origins\/0: must be/.test(said.wrong?.err ?? ''),
      ],
      [1, true],
    )
  })
  it('takes no private key', () => {
    assert.match(said.private?.err ?? '', /keep that one at home/)
  })
  it('shows what is there', () => {
    assert.match(said.shown?.out ?? '', /^label +Brand$[\s\S]*^key_names +second$/m)
  })
  it('says what becomes of a disabled tenant’s tokens', () => {
    assert.match(said.disabled?.out ?? '', /Within five seconds its tokens are refused everywhere/)
  })
  it('lists since when it is disabled', () => {
    assert.match(said.listed?.out ?? '', /admin\.brand\.example +20\d\d-/)
  })
  it('enables it for a program', () => {
    assert.equal(JSON.parse(said.enabled?.out ?? '').tenant.disabled, null)
  })
  it('removes it, and says what stays', () => {
    assert.match(said.removed?.out ?? '', /^Removed tenant ten_\w+\. What its log says stays\.$/m)
  })
  it('does not know it any more', () => {
    assert.deepEqual([said.gone?.code, said.gone?.err.includes('is unknown')], [1, true])
  })
}

describe('a tenant of an idle database', life)

describe('a tenant of a running BFF', () => {
  let bff: Program
  before(async () => {
    const port = await freeInARow(43_000, 1)
    bff = new Program('bff/main.ts', [], {
      ...env,
      PROVISION_PUBLIC_URL: 'https://panel.example.com',
      PROVISION_LISTEN: `127.0.0.1:${port}`,
    })
    await bff.says('"ready"')
  })
  after(async () => {
    bff.signal('SIGTERM')
    await bff.ended
  })
  life()
})

describe('a command that names no tenant', () => {
  for (const verb of ['show', 'change', 'disable', 'enable', 'remove'])
    it(`is misused: tenant ${verb}`, async () => {
      const { code, err } = await run(COMMAND, ['tenant', verb], env)
      assert.deepEqual([code, /--tenant ID is missing/.test(err)], [2, true])
    })
})
