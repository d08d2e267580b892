import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createCpanelProvider } from '../../../../bff/providers/cpanel/cpanel-provider.ts'
import { type Brands, openBrands } from '../../brands.ts'
import { type ScriptedWhm, startScripted, summaryOf } from '../../cpanel/scripted-whm.ts'

const SCRIPT = `<script>alert(1)</script><img src=x onerror=alert(1)>"'\``
/** What a server can put into each text it tells of an account. */
const TEXTS: Readonly<Record<string, string>> = {
  'markup and script': SCRIPT,
  'an address that is a script': 'javascript:alert(document.domain)',
  'a line break and a header': 'x\r\nSet-Cookie: a=b\r\n\r\n<html>',
  'a statement': `'; DROP TABLE service; --`,
  'a formula': '=HYPERLINK("https://evil.example","x")',
  'a right-to-left override': '\u202egnp.exe',
  'half a surrogate pair': '\ud800',
  'a null and a bell': 'a\0b\u0007c\u001b[31m',
  'a member every object has': '__proto__',
  'a text without end': 'A'.repeat(200_000),
}
/** What is no text at all. */
const SHAPES: Readonly<Record<string, unknown>> = {
  nothing: null,
  'an object': { toString: 'x', __proto__: null },
  'a list': [SCRIPT, [SCRIPT]],
  'a number no integer is': 1e308,
  'a truth': true,
}

const FIELDS = ['domain', 'owner', 'plan', 'ip', 'email', 'suspendreason', 'disklimit', 'diskused']
const READS = ['actions', 'fields', 'usage', 'logs', 'operations', 'choices/packages', '']

describe('a server that tells hostile things', () => {
  let whm: ScriptedWhm
  let brands: Brands
  let told: unknown = 'small'
  let configuration = ''
  let services = 0

  before(async () => {
    whm = await startScripted()
    whm.says = {
      version: () => ({ yes: { version: told } }),
      myprivs: { yes: { privileges: [{ all: 1 }] } },
      accountsummary: ({ user = '' }) => ({
        yes: {
          acct: [
            // The name and domain are those of the order, or nothing would be bound at all.
            {
              ...summaryOf(user, Object.fromEntries(FIELDS.map((name) => [name, told]))),
              domain: `${user}.example`,
            },
          ],
        },
      }),
      listresellers: { yes: { reseller: [] } },
      listpkgs: () => ({ yes: { pkg: [{ name: told, QUOTA: told, BWLIMIT: told }] } }),
      get_nameserver_config: () => ({ yes: { nameservers: [told, told] } }),
      showbw: () => ({ no: String(told) }),
      passwd: () => ({ no: String(told) }),
      create_user_session: () => ({ yes: { url: told } }),
    }
    brands = await openBrands(
      { provider: createCpanelProvider({ allowedHosts: ['localhost'] }) },
      { allowedHosts: ['localhost'] },
    )
    const made = await brands.send('POST', '/v1/configurations', {
      token: await brands.token(),
      body: {
        label: 'Hostile',
        host: 'localhost',
        port: whm.http.port,
        user: 'root',
        token: 'CANARYTOKEN76CN17MDPKM3O7EFQY8',
        pin: { ca: whm.http.ca },
      },
    })
    configuration = JSON.parse(await made.text()).id
  })
  after(async () => {
    await brands.end()
    await whm.close()
  })

  /** Everything that is read, done and looked at of a service whose server tells this. */
  async function answers(): Promise<{ path: string; response: Response; text: string }[]> {
    const id = `acct${services++}`
    const scope =
      'services:read services:write fields:read logs:read usage:read configurations:read configurations:write actions:get-info actions:get-usage actions:login actions:change-password'
    const token = await brands.token({ scope })
    const found: { path: string; response: Response; text: string }[] = []
    const ask = async (method: string, path: string, body?: unknown) => {
      const response = await brands.send(method, path, {
        token,
        ...(body === undefined ? {} : { body }),
        headers: { 'idempotency-key': `gesture-${id}` },
      })
      found.push({ path: `${method} ${path}`, response, text: await response.text() })
    }
    await ask('PUT', `/v1/services/${id}`, {
      configuration,
      username: id,
      domain: `${id}.example`,
    })
    brands.clock.time += 60_000
    for (const what of READS) await ask('GET', `/v1/services/${id}${what === '' ? '' : `/${what}`}`)
    for (const action of ['get-info', 'get-usage', 'login'])
      await ask('POST', `/v1/services/${id}/actions/${action}`, { input: {} })
    await ask('POST', `/v1/services/${id}/actions/change-password`, {
      input: { password: 'Copper-Lantern-77-Ridge' },
    })
    await brands.bff.runner.tick()
    await ask('POST', `/v1/configurations/${configuration}/test`, {})
    for (const list of ['packages', 'accounts', 'acls', 'ips', 'password-policy'])
      await ask('GET', `/v1/configurations/${configuration}/${list}`)
    for (const what of READS) await ask('GET', `/v1/services/${id}${what === '' ? '' : `/${what}`}`)
    return found
  }

  const wrongOf = (found: Awaited<ReturnType<typeof answers>>) =>
    found.flatMap(({ path, response, text }) => {
      const type = response.headers.get('content-type') ?? ''
      const wrong = []
      if (!/^application\/(problem\+)?json$/.test(type)) wrong.push(`${path} is ${type}`)
      if (response.headers.get('x-content-type-options') !== 'nosniff') wrong.push(`${path} sniffs`)
      if (response.headers.has('set-cookie')) wrong.push(`${path} sets a cookie`)
      if (![200, 201, 202, 404, 409, 502, 503].includes(response.status))
        wrong.push(`${path} is ${response.status} ${text.slice(0, 300)}`)
      try {
        JSON.parse(text)
      } catch {
        wrong.push(`${path} is no JSON`)
      }
      // Only an address of that very server is ever handed out to be opened.
      if (/"open":"(?!https:\/\/localhost:)/.test(text)) wrong.push(`${path} opens ${text}`)
      return wrong
    })

  for (const [what, value] of Object.entries({ ...TEXTS, ...SHAPES })) {
    it(`is answered for as data where it tells ${what}`, async () => {
      told = value
      assert.deepEqual(wrongOf(await answers()), [])
    })
    it(`has given nobody anything to report where it tells ${what}`, () =>
      assert.deepEqual(brands.reports.splice(0), []))
  }
  it('has what it told in answers, letter for letter', async () => {
    told = SCRIPT
    const texts = (await answers()).map(({ text }) => text)
    assert.ok(texts.some((text) => text.includes(JSON.stringify(SCRIPT).slice(1, -1))))
  })
  it('has changed nothing about any object', () =>
    assert.deepEqual(Object.keys(Object.prototype), []))
})
