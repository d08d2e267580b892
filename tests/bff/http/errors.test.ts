import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import { FAILURE_PLACES, FAILURES, failurePath } from '../../../bff/contract/failures.ts'
import { PROBLEMS, problemSchema } from '../../../bff/contract/problem.ts'
import { failureViewSchema } from '../../../bff/http/failure-view.ts'
import { LANGUAGES } from '../../../bff/texts/languages.ts'
import { openWholeBff, type WholeBff } from './whole-bff.ts'

let whole: WholeBff
before(async () => {
  whole = await openWholeBff()
})
after(() => whole.end())

const CODES = [...new Set(FAILURES.map(({ code }) => code))]
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
const ask = (path: string, headers: Record<string, string> = {}) => whole.ask(path, { headers })
const page = async (path: string, language = 'en') =>
  (await ask(path, { accept: BROWSER, 'accept-language': language })).text()
const catalogue = async (path: string, language = 'en') =>
  z
    .strictObject({ errors: z.array(failureViewSchema) })
    .parse(await (await ask(path, { 'accept-language': language })).json()).errors
/** What in a list is not so. */
const not = async <T>(list: readonly T[], holds: (one: T) => Promise<boolean>) =>
  (await Promise.all(list.map(async (one) => ((await holds(one)) ? [] : [one])))).flat()

describe('the catalogue of failures', () => {
  it('has every problem, with the status it is sent with', async () =>
    assert.deepEqual(
      (await catalogue('/v1/errors'))
        .filter(({ place }) => place === 'problem')
        .map(({ code, status, retryable }) => [code, { status, retryable }]),
      Object.entries(PROBLEMS),
    ))
  it('has what is met in every place', async () =>
    assert.deepEqual(
      [...new Set((await catalogue('/v1/errors')).map(({ place }) => place))],
      FAILURE_PLACES,
    ))
  it('says of each in every language what is read and what to do, in words that are whole', async () => {
    for (const language of LANGUAGES)
      assert.deepEqual(
        (await catalogue('/v1/errors', language)).filter(({ text, meaning, next }) =>
          [text.client, text.staff, meaning, ...Object.values(next)].some(
            (words) => words.length < 3 || /[{}–]|undefined|\[object/.test(words),
          ),
        ),
        [],
      )
  })
  it('is JSON for who says nothing', async () =>
    assert.equal((await ask('/v1/errors')).headers.get('content-type'), 'application/json'))
})

describe('the page of all codes', () => {
  it('is HTML for a browser', async () =>
    assert.equal(
      (await ask('/v1/errors', { accept: BROWSER })).headers.get('content-type'),
      'text/html; charset=UTF-8',
    ))
  it('leads to the page of every code', async () => {
    const text = await page('/v1/errors')
    assert.deepEqual(
      CODES.filter((code) => !text.includes(`<a href="${failurePath(code)}">`)),
      [],
    )
  })
  it('leads nowhere that does not answer', async () => {
    const links = [...(await page('/v1/errors')).matchAll(/href="([^"]+)"/g)].map(
      ([, href = '']) => href,
    )
    assert.deepEqual(
      [links.length, await not(links, async (href) => (await ask(href, { accept: BROWSER })).ok)],
      [FAILURES.length, []],
    )
  })
  it('has a place for a link that names the code after a #', async () => {
    const text = await page('/v1/errors')
    assert.deepEqual(
      CODES.filter((code) => text.split(` id="${code}"`).length !== 2),
      [],
    )
  })
})

describe('the page of a code', () => {
  it('answers under the type of every problem', async () =>
    assert.deepEqual(
      await not(Object.keys(PROBLEMS), async (code) => (await ask(failurePath(code))).ok),
      [],
    ))
  for (const language of LANGUAGES)
    it(`says in ${language}, for every code there is, all that the catalogue says`, async () =>
      assert.deepEqual(
        await not(CODES, async (code) => {
          const text = (await page(failurePath(code), language))
            .replaceAll('&#39;', "'")
            .replaceAll('&quot;', '"')
          const views = await catalogue(failurePath(code), language)
          return (
            views.length > 0 &&
            views.every(({ text: said, meaning, next, status }) =>
              [
                said.client,
                said.staff,
                meaning,
                ...Object.values(next),
                String(status ?? ''),
              ].every((words) => text.includes(words)),
            )
          )
        }),
        [],
      ))
  it('leads back to all codes', async () =>
    assert.match(await page('/v1/errors/not_found'), /<a href="\/v1\/errors">/))
  it('has one section for each place its code is met in', async () =>
    assert.equal((await page('/v1/errors/server_unreachable')).split('<section').length, 4))
  it('is the same data for a program', async () =>
    assert.deepEqual(
      await catalogue('/v1/errors/offline'),
      (await catalogue('/v1/errors')).filter(({ code }) => code === 'offline'),
    ))
})

describe('a code there is not', () => {
  const refusal = async (path: string) => {
    const answer = await ask(path, { accept: BROWSER })
    const text = await answer.text()
    return [answer.status, problemSchema.safeParse(JSON.parse(text)).data?.code, text] as const
  }
  for (const path of [
    '/v1/errors/nothing',
    '/v1/errors/',
    '/v1/errors/NOT_FOUND',
    '/v1/errors/__proto__',
    '/v1/errors/constructor',
    '/v1/errors/..%2f..%2fetc%2fpasswd',
    '/v1/errors/%3Cscript%3Ealert(1)%3C%2Fscript%3E',
    '/v1/errors/%00',
    '/v1/errors/%ff',
    '/v1/errors/not_found/more',
    `/v1/errors/${'x'.repeat(4000)}`,
  ])
    it(`is not found: ${path.slice(0, 60)}`, async () =>
      assert.deepEqual((await refusal(path)).slice(0, 2), [404, 'not_found']))
  it('is not said again, whatever it is', () =>
    fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 4 }), async (name) => {
        fc.pre(!/\p{Surrogate}/u.test(name))
        const [status, , text] = await refusal(`/v1/errors/${encodeURIComponent(`${name}<!`)}`)
        assert.deepEqual([status, text.includes('<!')], [404, false])
      }),
      { numRuns: 50 },
    ))
  it('is no place to write to', async () =>
    assert.deepEqual(
      await Promise.all(
        ['/v1/errors', '/v1/errors/not_found'].map(
          async (path) => (await whole.ask(path, { method: 'POST' })).status,
        ),
      ),
      [405, 405],
    ))
})

describe('who is answered how', () => {
  const typeFor = async (accept: string) =>
    (await ask('/v1/errors/not_found', { accept })).headers.get('content-type')
  for (const [accept, type] of [
    [BROWSER, 'text/html; charset=UTF-8'],
    ['text/html', 'text/html; charset=UTF-8'],
    ['TEXT/HTML', 'text/html; charset=UTF-8'],
    ['*/*', 'application/json'],
    ['application/json', 'application/json'],
    ['application/json, text/html;q=0.5', 'application/json'],
    ['text/html;q=0, */*', 'application/json'],
    ['text/htmlx', 'application/json'],
    [';;;,,,', 'application/json'],
  ] as const)
    it(`who accepts ${accept} gets ${type}`, async () => assert.equal(await typeFor(accept), type))

  const languageFor = async (wanted: Record<string, string>) => {
    const answer = await ask('/v1/errors/not_found', { accept: BROWSER, ...wanted })
    return [answer.headers.get('content-language'), (await answer.text()).slice(16, 42)]
  }
  it('who asks for no language reads English', async () =>
    assert.deepEqual(await languageFor({}), ['en', '<html lang="en" dir="ltr">']))
  it('who asks for Arabic reads it, from right to left', async () =>
    assert.deepEqual(await languageFor({ 'accept-language': 'ar-EG' }), [
      'ar',
      '<html lang="ar" dir="rtl">',
    ]))
  it('who asks for a language nobody speaks reads English', async () =>
    assert.deepEqual((await languageFor({ 'accept-language': 'tlh' }))[0], 'en'))
})

describe('what comes with these pages', () => {
  const paths = ['/v1/errors', '/v1/errors/not_found']
  for (const path of paths)
    describe(path, () => {
      it('lets through the style sheet inside it and nothing else', async () => {
        const answer = await ask(path, { accept: BROWSER })
        const style = /<style>([^<]*)<\/style>/.exec(await answer.text())?.[1] ?? ''
        const digest = createHash('sha256').update(style).digest('base64')
        assert.equal(
          answer.headers.get('content-security-policy'),
          `default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; style-src 'sha256-${digest}'`,
        )
      })
      it('holds nothing its policy would stop', async () =>
        assert.doesNotMatch(await page(path), /<script|<link|<img|<form|\sstyle=|\son[a-z]+=/i))
      it('may be kept by anybody for an hour', async () =>
        assert.equal((await ask(path)).headers.get('cache-control'), 'public, max-age=3600'))
      it('is told apart by caches', async () =>
        assert.match((await ask(path)).headers.get('vary') ?? '', /^accept, accept-language(,|$)/i))
      it('is not sent again to who has it', async () => {
        const tag = (await ask(path)).headers.get('etag') ?? ''
        const again = await ask(path, { 'if-none-match': tag })
        assert.deepEqual([tag.length > 20, again.status, await again.text()], [true, 304, ''])
      })
      it('is sent to who has it in another language', async () => {
        const tag = (await ask(path)).headers.get('etag') ?? ''
        const again = await ask(path, { 'if-none-match': tag, 'accept-language': 'ar' })
        assert.equal(again.status, 200)
      })
      it('is the same for who has a token and who has none', async () =>
        assert.equal(
          await (await ask(path)).text(),
          await (await ask(path, { authorization: 'Bearer a.b.c' })).text(),
        ))
    })
})
