import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PROBLEMS, problemSchema } from '../../../bff/contract/problem.ts'
import { problemResponse } from '../../../bff/http/problem.ts'
import { sayFor } from '../../../bff/texts/speech.ts'
import { bound } from '../operations/scene.ts'
import { type Front, openFront } from './front.ts'
import { openWholeBff } from './whole-bff.ts'

// The problems of RFC 9457, section by section, as readers of this API meet them.

interface Seen {
  readonly what: string
  readonly status: number
  readonly type: string | null
  readonly text: string
  readonly problem: Record<string, unknown>
}

let front: Front
const seen: Seen[] = []

async function see(what: string, answer: Response | Promise<Response>): Promise<void> {
  const response = await answer
  const text = await response.text()
  const problem: unknown = JSON.parse(text)
  assert.ok(typeof problem === 'object' && problem !== null)
  seen.push({
    what,
    status: response.status,
    type: response.headers.get('content-type'),
    text,
    problem: { ...problem },
  })
}

const key = { 'idempotency-key': 'problems-gesture' }

before(async () => {
  front = await openFront()
  const whole = await openWholeBff()
  await bound(front.scene, 'bob')
  const get = (path: string, token?: string | null) =>
    front.ask('GET', path, token === undefined ? {} : { token })
  const repack = (more: Parameters<Front['ask']>[2]) =>
    front.ask('POST', '/services/bob/actions/repack', more)
  await see('no token', get('/services/bob', null))
  await see('no token of ours', get('/services/bob', 'a.b.c'))
  await see('no scope', get('/services/bob', await front.token({ scope: 'audit:read' })))
  await see('no service', get('/services/nobody'))
  await see('no route', get('/nothing'))
  await see('no such method', front.ask('DELETE', '/services/bob/fields'))
  await see('no such query', get('/services/bob/logs?limit=many'))
  await see('no JSON', repack({ raw: '{', headers: key }))
  await see(
    'no JSON by its type',
    repack({ raw: '{}', headers: { ...key, 'content-type': 'text/plain' } }),
  )
  await see('no key', repack({ body: { input: { package: 'large' } } }))
  await see(
    'too much',
    repack({ raw: JSON.stringify({ input: { x: 'x'.repeat(70_000) } }), headers: key }),
  )
  await see('a wrong value', repack({ body: { input: { package: '' } }, headers: key }))
  await see(
    'no preview',
    front.ask('POST', '/services/bob/actions/erase', { body: { input: {} }, headers: key }),
  )
  await see('nothing outside of /v1', whole.ask('/'))
  await see('no such element', whole.ask('/widgets/1/nothing.js'))
  await whole.end()
  await see('not ready', whole.ask('/readyz'))
  const failing = await openFront()
  await failing.scene.db.close()
  await see('a fault of ours', failing.ask('GET', '/services/bob/fields'))
})
after(() => front.end())

/** What of all that was seen breaks a rule. */
const broken = (breaks: (one: Seen) => boolean) =>
  seen.filter(breaks).map(({ what, status, text }) => `${what}: ${status} ${text}`)

describe('every refusal', () => {
  it('was seen, of many kinds', () => {
    const codes = new Set(seen.map(({ problem }) => problem.code))
    assert.ok(codes.size >= 13, [...codes].join(' '))
  })
  it('is application/problem+json and nothing else', () =>
    assert.deepEqual(
      broken(({ type }) => type !== 'application/problem+json'),
      [],
    ))
  it('has the members of a problem and no others', () =>
    assert.deepEqual(
      broken(({ problem }) => !problemSchema.strict().safeParse(problem).success),
      [],
    ))
  it('repeats the status it was sent with', () =>
    assert.deepEqual(
      broken(({ status, problem }) => problem.status !== status),
      [],
    ))
  it('has the status its code is published with', () =>
    assert.deepEqual(
      broken(
        ({ status, problem }) =>
          !Object.entries(PROBLEMS).some(
            ([code, known]) => code === problem.code && known.status === status,
          ),
      ),
      [],
    ))
  it('has a request id to ask about', () =>
    assert.deepEqual(
      broken(({ problem }) => !/^req_[0-9a-z]+$/.test(String(problem.request_id))),
      [],
    ))
  it('names its extension members so that every format can hold them', () =>
    assert.deepEqual(
      broken(({ problem }) =>
        Object.keys(problem).some((name) => !/^[a-z][a-z0-9_]{2,}$/.test(name)),
      ),
      [],
    ))
  it('says nothing of our insides', () =>
    assert.deepEqual(
      broken(({ text }) => /\bat .*[(/]|Error:|node_modules|\.ts\b|SQLITE|SELECT /.test(text)),
      [],
    ))
})

describe('the type of a problem', () => {
  const types = () => [...new Set(seen.map(({ problem }) => String(problem.type)))]

  it('leads to the page of problems, at the place of its code', () =>
    assert.deepEqual(
      broken(({ problem }) => problem.type !== `/v1/errors/${problem.code}`),
      [],
    ))
  it('leads there from wherever it was met: its path is absolute', () =>
    assert.deepEqual(
      types().filter((type) => new URL(type, 'https://a.example/b/c').pathname !== type),
      [],
    ))
  it('is found on that page', async () => {
    const found = await Promise.all(
      types().map(async (type) => {
        const path = type.replace('/v1', '')
        const answer = await front.ask('GET', path, {
          token: null,
          headers: { accept: 'text/html' },
        })
        return [answer.status, (await answer.text()).includes(`>${type.split('/').pop()}</code>`)]
      }),
    )
    assert.deepEqual(
      found,
      types().map(() => [200, true]),
    )
  })
})

describe('the title of a problem', () => {
  const titleIn = async (language: string, path: string) => {
    const { say } = sayFor(language)
    const response = problemResponse('not_found', say, `req_${path}`)
    return problemSchema.parse(await response.json()).title
  }

  it('is the same each time', async () =>
    assert.equal(await titleIn('en', 'one'), await titleIn('en', 'other')))
  it('is in the language of the reader', async () =>
    assert.notEqual(await titleIn('en', 'one'), await titleIn('ar', 'one')))
})

describe('the detail of a problem', () => {
  it('says what stands in the way this time', async () => {
    const response = problemResponse('action_blocked', sayFor('en').say, 'req_1', {
      message: { code: 'reason.configuration_missing' },
    })
    const { title, detail } = problemSchema.parse(await response.json())
    assert.ok(detail !== undefined && detail !== title)
  })
  it('is left out where there is nothing to add', () =>
    assert.equal('detail' in (seen.find(({ what }) => what === 'no token')?.problem ?? {}), false))
  it('points at each wrong value', () => {
    const errors = seen.find(({ what }) => what === 'a wrong value')?.problem.errors
    assert.ok(Array.isArray(errors) && errors.length > 0)
  })
})
