import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { previewSchema } from '../../../../bff/contract/action.ts'
import { problemSchema } from '../../../../bff/contract/problem.ts'
import { type Brands, NORTH, openBrands } from '../../brands.ts'

/** Texts that look like `bobnorth.example` to a person, and are not. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  'a Cyrillic o': 'b\u043ebnorth.example',
  'a zero-width space': 'bob\u200bnorth.example',
  'a zero-width joiner': 'bob\u200dnorth.example',
  'a word joiner': 'bob\u2060north.example',
  'a soft hyphen': 'bob\u00adnorth.example',
  'a byte order mark': 'bob\ufeffnorth.example',
  'a right-to-left override': '\u202eelpmaxe.htronbob',
  'bidi marks around it': '\u2066bobnorth.example\u2069',
  'full-width letters': 'ｂｏｂnorth.example',
  'a full-width dot': 'bobnorth\uff0eexample',
  'an ideographic dot': 'bobnorth\u3002example',
  'mathematical letters': '\ud835\udc1bobnorth.example',
  'a combining accent': 'bobnorth.exam\u0301ple',
  'a variation selector': 'bobnorth\ufe0f.example',
  'a tag character': 'bobnorth\u{e0061}.example',
  'a null': 'bobnorth.example\0',
  'half a surrogate pair': 'bobnorth\ud800.example',
  'its ASCII form of a homograph': 'xn--bbnorth-jof.example',
  'a dotless i for nothing': 'bobn\u0131orth.example',
}

describe('a domain typed to confirm', () => {
  let brands: Brands
  let rows: string
  let gestures = 0
  before(async () => {
    brands = await openBrands()
  })
  after(() => brands.end())

  async function confirmed(domain: string): Promise<Response> {
    const token = await brands.token()
    const shown = previewSchema.parse(
      JSON.parse(
        await (
          await brands.send('POST', '/v1/services/bob/actions/freeze/preview', {
            token,
            body: { input: {} },
          })
        ).text(),
      ),
    )
    rows = await brands.rows()
    return brands.send('POST', '/v1/services/bob/actions/freeze', {
      token,
      body: { input: {}, confirmation: { digest: shown.digest, domain, accounts: ['bobnorth'] } },
      headers: { 'idempotency-key': `gesture-${gestures++}` },
    })
  }

  for (const [what, domain] of Object.entries(LOOKALIKES))
    it(`is another one with ${what}`, async () => {
      const response = await confirmed(domain)
      const { code } = problemSchema.parse(JSON.parse(await response.text()))
      assert.deepEqual(
        [response.status, code, (await brands.rows()) === rows],
        [422, 'confirmation_mismatch', true],
      )
    })
  it('is taken as it is', async () =>
    assert.equal((await confirmed('bobnorth.example')).status, 202))
})

describe('the id of a service', () => {
  let brands: Brands
  before(async () => {
    brands = await openBrands()
  })
  after(() => brands.end())

  for (const id of ['e\u0301ve', 'ｅｖｅ', '\u0435ve', 'eve\u200b', 'EVE', 'eve\0', 'eve '])
    it(`is not eve where it is ${JSON.stringify(id)}`, async () => {
      const response = await brands.send('GET', `/v1/services/${encodeURIComponent(id)}`, {
        token: await brands.token(),
      })
      assert.equal(response.status, 404)
    })
  it('registers nothing that only looks like one', async () => {
    const before = await brands.rows()
    for (const id of ['ｅｖｅ', 'eve\u200b', '\u0435ve', 'e/ve', 'eve '])
      await brands.send('PUT', `/v1/services/${encodeURIComponent(id)}`, {
        token: await brands.token(),
        body: { label: 'x' },
      })
    assert.equal(await brands.rows(), before)
  })
})

describe('an issuer that looks like a tenant’s', () => {
  let brands: Brands
  before(async () => {
    brands = await openBrands()
  })
  after(() => brands.end())

  for (const iss of [
    'https://n\u043erth.example',
    'https://north.example/',
    'https://north.example.',
    'https://NORTH.example',
    'https://north.example\u200b',
    ' https://north.example',
    'https://north.example\0',
    'https://north.example:443',
    'http://north.example',
  ])
    it(`is nobody’s: ${JSON.stringify(iss)}`, async () => {
      const response = await brands.send('GET', '/v1/services/bob', {
        token: await brands.token({ iss }),
      })
      assert.deepEqual([response.status, NORTH.issuer], [401, 'https://north.example'])
    })
})
