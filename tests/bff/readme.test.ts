import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { RemoteKeys } from '../../bff/auth/key-source.ts'
import { type Verified, verify } from '../../bff/auth/verify.ts'
import { readConfig } from '../../bff/config.ts'
import { tenantId } from '../tenant-id.ts'
import { nothingRevoked } from './auth/nothing-revoked.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const readme = readFileSync(join(root, 'README.md'), 'utf8')

function block(language: string): string {
  const found = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'ms').exec(readme)?.[1]
  assert.ok(found, `the README has no ${language} block`)
  return found
}

interface Minted {
  readonly status: number
  readonly body: { readonly token?: string; readonly step_up_url?: string }
}
type ProvisionToken = (
  user: {
    id: number
    name: string
    isStaff: boolean
    login: { auth_time: number; acr: string }
  },
  body: { service: string; reason?: string; max_age?: number; acr_values?: string },
  findProduct: (user: { id: number }, service: string) => Promise<object | undefined>,
) => Promise<Minted>

describe('the README’s back end in Node', () => {
  const folder = mkdtempSync(join(tmpdir(), 'readme-'))
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  let provisionToken: ProvisionToken
  before(async () => {
    const keyFile = join(folder, 'signing.pem')
    writeFileSync(keyFile, pair.privateKey.export({ type: 'pkcs8', format: 'pem' }))
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    const source = block('js').replaceAll('process.env.SIGNING_KEY_FILE', JSON.stringify(keyFile))
    writeFileSync(join(folder, 'provision-token.mjs'), source)
    const loaded: { provisionToken: ProvisionToken } = await import(
      pathToFileURL(join(folder, 'provision-token.mjs')).href
    )
    provisionToken = loaded.provisionToken
  })
  after(() => rmSync(folder, { recursive: true }))

  const login = { auth_time: Math.floor(Date.now() / 1000) - 600, acr: 'urn:example:password' }
  const ownProduct = async (user: { id: number }, service: string) =>
    user.id === 7 && service === '1042' ? { id: '1042', domain: 'a.example' } : undefined

  async function verified(isStaff: boolean): Promise<Verified> {
    const { body } = await provisionToken(
      { id: 7, name: 'Rosa', isStaff, login },
      { service: '1042' },
      ownProduct,
    )
    const clock = { now: () => Date.now() }
    return verify(
      {
        clock,
        audience: 'https://panel.example.com',
        remoteKeys: new RemoteKeys({ clock, fetch }),
        revocations: nothingRevoked,
        tenantOf: async (issuer) => ({
          tenant: tenantId('ten_1'),
          issuer,
          algorithms: ['ES256'],
          keys: { jwks: { keys: [pair.publicKey.export({ format: 'jwk' })] } },
          origins: [],
          client_actions: undefined,
        }),
      },
      { authorization: `Bearer ${body.token}`, in_query: false, origin: undefined },
    )
  }

  it('mints a token for a client that the BFF takes', async () => {
    const { ok } = await verified(false)
    assert.equal(ok, true)
  })
  it('mints a token for staff that registers the product', async () => {
    const answer = await verified(true)
    assert.ok(answer.ok)
    assert.equal(answer.grant.registration?.id, '1042')
  })
  it('tells the BFF when and how its user proved who they are', async () => {
    const answer = await verified(true)
    assert.ok(answer.ok)
    const { auth_time, acr } = answer.grant
    assert.deepEqual({ auth_time, acr }, login)
  })
  const stepUp = (wanted: { max_age?: number; acr_values?: string }) =>
    provisionToken(
      { id: 7, name: 'Rosa', isStaff: true, login },
      { service: '1042', reason: 'step_up', ...wanted },
      ownProduct,
    )
  it('leads who signed in too long ago to its own page', async () =>
    assert.deepEqual(await stepUp({ max_age: 300 }), {
      status: 401,
      body: { step_up_url: '/confirm' },
    }))
  it('leads who signed in too weakly there too', async () =>
    assert.equal((await stepUp({ acr_values: 'urn:example:key urn:example:pin' })).status, 401))
  it('mints for who did so as it is wanted', async () => {
    const { status } = await stepUp({ max_age: 900, acr_values: 'urn:example:password urn:x' })
    assert.equal(status, 200)
  })
  it('mints nothing for somebody else’s product', async () => {
    const { status } = await provisionToken(
      { id: 8, name: 'Eve', isStaff: false, login },
      { service: '1042' },
      ownProduct,
    )
    assert.equal(status, 403)
  })
})

describe('the README’s table of settings', () => {
  const listed = [...readme.matchAll(/^\| `(PROVISION_[A-Z_]+)` +\|/gm)].map(([, name]) => name)
  const read = [
    ...readFileSync(join(root, 'bff/config.ts'), 'utf8').matchAll(/env\.(PROVISION_[A-Z_]+)/g),
  ].map(([, name]) => name)

  it('names exactly what is read', () => {
    assert.deepEqual([...new Set(listed)].sort(), [...new Set(read)].sort())
  })
  it('marks as required what the BFF does not start without', () => {
    const answer = readConfig({})
    const missing = answer.ok ? [] : answer.problems.map((problem) => problem.split(' ')[0])
    const required = [...readme.matchAll(/^\| `(PROVISION_[A-Z_]+)` +\| required/gm)].map(
      ([, name]) => name,
    )
    assert.deepEqual(required.sort(), missing.sort())
  })
})
