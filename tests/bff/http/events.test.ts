import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { problemSchema } from '../../../bff/contract/problem.ts'
import { logged, SYSTEM_ACTOR } from '../../../bff/log/append.ts'
import { FEED_LIMITS } from '../../../bff/operations/feed.ts'
import { feedAfter, feedBounds, feedPruned } from '../../../db/feed.ts'
import { tenantId } from '../../tenant-id.ts'
import { bound } from '../operations/scene.ts'
import { EventReader } from './event-reader.ts'
import { bare, type Front, ORIGIN, openFront } from './front.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const PATH = '/services/bob/events'

let front: Front
let readers: EventReader[]
beforeEach(async () => {
  front = await openFront()
  readers = []
  await bound(front.scene, 'bob')
  await bound(front.scene, 'eve')
})
afterEach(async () => {
  for (const reader of readers) await reader.leave()
  await front.end()
  assert.deepEqual(front.scene.reports, [])
})

type Claims = Record<string, unknown>
const ask = async (claims: Claims = {}, last?: string, path = PATH) =>
  front.ask('GET', path, {
    token: await front.token(claims),
    ...(last === undefined ? {} : { headers: { 'last-event-id': last } }),
  })
const listen = async (claims: Claims = {}, last?: string) => {
  const reader = new EventReader(await ask(claims, last))
  readers.push(reader)
  return reader
}
const describeAnew = (service: string, label: string) =>
  front.ask('PUT', `/services/${service}`, { body: { label } })
const head = async () => (await feedBounds(front.scene.db)).head
const noted = (client_visible: boolean) =>
  front.scene.db.write(
    logged({
      tenant: tenantId('ten_1'),
      service: 'bob',
      now: front.scene.now,
      level: 'info',
      actor: SYSTEM_ACTOR,
      action: 'observation',
      message: { code: 'log.service.linked' },
      client_visible,
    }),
  )
/** Every event of bob there is, as a reader of everything would be told. */
const everything = async (after = 0) =>
  (await feedAfter(front.scene.db, after, 1000))
    .filter(({ service }) => service === 'bob')
    .map(({ event, ref, version }) => `${event} ${ref} ${version}`)

describe('GET /services/{service}/events', () => {
  it('works', async () => {
    const response = await ask()
    readers.push(new EventReader(response))
    assert.deepEqual(
      [response.status, response.headers.get('content-type')],
      [200, 'text/event-stream; charset=utf-8'],
    )
  })
  it('is kept by no cache and held back by no proxy', async () => {
    const response = await ask()
    readers.push(new EventReader(response))
    assert.deepEqual(
      ['cache-control', 'x-accel-buffering'].map((name) => response.headers.get(name)),
      ['no-store, no-transform', 'no'],
    )
  })
  it('has the front door’s headers', async () => {
    const response = await front.ask('GET', PATH, { headers: { origin: ORIGIN } })
    readers.push(new EventReader(response))
    assert.deepEqual(
      [
        response.headers.get('access-control-allow-origin'),
        /^req_/.test(response.headers.get('x-request-id') ?? ''),
      ],
      [ORIGIN, true],
    )
  })
  it('wants a token', async () =>
    assert.equal((await front.ask('GET', PATH, { token: null })).status, 401))
  it('wants its scope', async () => assert.equal((await ask({ scope: 'logs:read' })).status, 403))
  it('does not tell somebody else’s service from none', async () => {
    const [other, none] = [
      await ask({ service: 'bob' }, undefined, '/services/eve/events'),
      await ask({ service: 'bob' }, undefined, '/services/nobody/events'),
    ]
    assert.equal(await bare(other), await bare(none))
  })
  it('answers 404 for another brand’s service', async () =>
    assert.equal(
      (await ask({ iss: 'https://other.example' }, undefined, '/services/bob/events')).status,
      404,
    ))
  it('finds nothing where nothing is', async () =>
    assert.equal((await ask({}, undefined, '/services/nobody/events')).status, 404))
  for (const last of ['x', '-1', '1.5', '9'.repeat(16), '1 2'])
    it(`refuses ${last} as the number of an event`, async () => {
      const response = await ask({}, last)
      assert.equal(problemSchema.parse(await response.json()).code, 'bad_request')
    })
  it('lets pages send where they were', async () => {
    const response = await front.app.hono.request(`/v1${PATH}`, {
      method: 'OPTIONS',
      headers: { origin: ORIGIN, 'access-control-request-method': 'GET' },
    })
    assert.match(response.headers.get('access-control-allow-headers') ?? '', /last-event-id/)
  })
  it('is described as a stream of events', async () => {
    const { paths } = JSON.parse(await (await front.app.hono.request('/v1/openapi.json')).text())
    const { responses, parameters } = paths['/v1/services/{service}/events'].get
    assert.deepEqual(
      [Object.keys(responses['200'].content), parameters.map(({ name }: { name: string }) => name)],
      [['text/event-stream'], ['service', 'Last-Event-ID']],
    )
  })
  it('keeps nothing open for a HEAD', async () => {
    await front.ask('HEAD', PATH)
    assert.equal(front.feed.streams, 0)
  })
})

describe('a stream that was just opened', () => {
  it('says at once where it is and when to come back', async () => {
    const reader = await listen()
    assert.deepEqual(await reader.next(), {
      event: 'message',
      data: undefined,
      id: String(await head()),
      retry: 2000,
    })
  })
  it('tells what happens to its service', async () => {
    const reader = await listen()
    const before = await head()
    await describeAnew('bob', 'Gold')
    await front.feed.tick()
    const told = await everything(before)
    assert.deepEqual(await reader.events(told.length), told)
  })
  it('tells nothing that happens to another', async () => {
    const reader = await listen()
    await describeAnew('eve', 'Gold')
    await describeAnew('bob', 'Gold')
    await front.feed.tick()
    assert.match((await reader.events(1)).join(), /bob/)
  })
  it('tells ids and versions, and no texts', async () => {
    const reader = await listen()
    await describeAnew('bob', 'Gold')
    await front.feed.tick()
    await reader.events(3)
    assert.equal(reader.text.includes('Gold'), false)
  })
  it('says nothing for fifteen seconds, then that it is still there', async () => {
    const reader = await listen()
    await reader.next()
    front.scene.now += 14 * SECOND
    await front.feed.tick()
    const before = reader.text
    front.scene.now += SECOND
    await front.feed.tick()
    await reader.receives('still here')
    assert.equal(reader.text, `${before}: still here\n\n`)
  })
})

describe('whoever may not read something', () => {
  const told = async (claims: Claims) => {
    const reader = await listen(claims)
    await noted(true)
    await noted(false)
    await describeAnew('bob', 'Gold')
    await front.feed.tick()
    const events: string[] = []
    // The service comes after all that was written before it.
    while (!events.some((event) => event.startsWith('service')))
      events.push(...(await reader.events(1)))
    return events.map((event) => event.split(' ')[0])
  }
  const client = (scope: string) => ({ role: 'client', service: 'bob', scope })

  it('hears of all entries as staff', async () =>
    assert.equal((await told({})).filter((event) => event === 'log').length, 2))
  it('hears of no entry that is not for clients as a client', async () =>
    assert.equal(
      (await told(client('services:read logs:read'))).filter((event) => event === 'log').length,
      1,
    ))
  it('hears of no entry without logs:read', async () =>
    assert.equal((await told(client('services:read'))).includes('log'), false))
  it('hears of no field without fields:read', async () => {
    const reader = await listen({ scope: 'services:read' })
    await describeAnew('bob', 'Gold')
    await describeAnew('bob', 'Silver')
    await front.feed.tick()
    assert.match((await reader.events(2)).join(), /^service .*service /)
  })
})

describe('a stream that is resumed', () => {
  it('tells everything that was missed, in order, once, and then goes on', async () => {
    const first = await listen()
    const opened = await first.next()
    await describeAnew('bob', 'Gold')
    await describeAnew('eve', 'Gold')
    await describeAnew('bob', 'Silver')
    const second = await listen({}, opened?.id)
    await describeAnew('bob', 'Bronze')
    await front.feed.tick()
    const all = await everything(Number(opened?.id))
    assert.deepEqual(await second.events(all.length), all)
  })
  it('begins where it was, so that a cut at once loses nothing', async () => {
    const from = String(await head())
    await describeAnew('bob', 'Gold')
    const reader = await listen({}, from)
    assert.equal((await reader.next())?.id, from)
  })
  it('filters what was missed like what happens', async () => {
    const from = String(await head())
    await noted(false)
    await describeAnew('bob', 'Gold')
    const reader = await listen({ role: 'client', service: 'bob', scope: 'services:read' }, from)
    assert.match((await reader.events(1)).join(), /^service /)
  })
  it('tells the same to a stream that was never cut and to one that was', async () => {
    const whole = await listen()
    const from = await head()
    let last = (await whole.next())?.id
    const pieces: string[] = []
    for (const label of ['a', 'b', 'c', 'd']) {
      const piece = await listen({}, last)
      await piece.next()
      await describeAnew('bob', label)
      await front.feed.tick()
      const block = await piece.next()
      last = block?.id
      const { id, version } = JSON.parse(block?.data ?? '')
      pieces.push(`${block?.event} ${id} ${version}`)
      await piece.leave()
    }
    const end = await listen({}, last)
    const all = await everything(from)
    pieces.push(...(await end.events(all.length - pieces.length)))
    assert.deepEqual([pieces, await whole.events(all.length)], [all, all])
  })

  const readsAnew = async (last: string) => {
    const reader = await listen({}, last)
    const opened = await reader.next()
    const event = await reader.next()
    const service = await front.scene.service()
    assert.deepEqual(
      [opened?.id, event?.id, event?.event, event?.data],
      [
        String(await head()),
        String(await head()),
        'service',
        JSON.stringify({ id: 'bob', version: service?.version }),
      ],
    )
  }
  it('from another database says that everything must be read again', () => readsAnew('999999'))
  it('from what is no longer kept says that everything must be read again', async () => {
    await describeAnew('bob', 'Gold')
    await front.scene.db.write([feedPruned(Number.MAX_SAFE_INTEGER, 1000)])
    await readsAnew('1')
  })
  it('behind more than can be told one by one says the same', async () => {
    const from = String(await head())
    for (let i = 0; i <= FEED_LIMITS.backlog; i++)
      await front.scene.db.write([{ sql: `UPDATE service SET version = version + 1` }])
    await readsAnew(from)
  })
})

describe('what is old', () => {
  it('is removed after a day', async () => {
    await describeAnew('bob', 'Gold')
    const before = await head()
    // Rows carry the time of the database, which is not that of this test.
    await front.scene.db.write([{ sql: 'UPDATE feed SET at = ?', args: [front.scene.now] }])
    front.scene.now += 24 * 60 * MINUTE + 1
    await front.feed.sweep()
    assert.deepEqual(await feedBounds(front.scene.db), { floor: before - 1, head: before })
  })
  it('is kept for a day', async () => {
    await describeAnew('bob', 'Gold')
    const before = await feedBounds(front.scene.db)
    await front.scene.db.write([{ sql: 'UPDATE feed SET at = ?', args: [front.scene.now] }])
    front.scene.now += 24 * 60 * MINUTE
    await front.feed.sweep()
    assert.deepEqual(await feedBounds(front.scene.db), before)
  })
})

const bye = (reason: string) => [
  { event: 'bye', data: JSON.stringify({ reason }), id: undefined, retry: undefined },
]

describe('a stream ends', () => {
  it('with its token', async () => {
    const reader = await listen()
    await reader.next()
    front.scene.now += 5 * MINUTE
    await front.feed.tick()
    assert.deepEqual(await reader.rest(), bye('token'))
  })
  it('not before its token', async () => {
    const reader = await listen()
    await reader.next()
    front.scene.now += 5 * MINUTE - SECOND
    await front.feed.tick()
    assert.equal(front.feed.streams, 1)
  })
  it('after its longest life, to be opened anew', async () => {
    const now = Math.floor(front.scene.now / 1000)
    const reader = await listen({ iat: now, exp: now + 900 })
    await reader.next()
    front.scene.now += 11 * MINUTE
    await front.feed.tick()
    assert.deepEqual(await reader.rest(), bye('renew'))
  })
  it('when the process does', async () => {
    const reader = await listen()
    await reader.next()
    front.feed.stop()
    assert.deepEqual(await reader.rest(), bye('stopping'))
  })
  it('and leaves no place taken', async () => {
    await listen()
    front.feed.stop()
    assert.equal(front.feed.streams, 0)
  })
  it('when its reader goes, and leaves no place taken', async () => {
    const reader = await listen()
    await reader.leave()
    assert.equal(front.feed.streams, 0)
  })
  it('and is not opened any more while the process ends', async () => {
    front.feed.stop()
    const response = await ask()
    assert.deepEqual([response.status, response.headers.get('retry-after')], [503, '2'])
  })
})

describe('a reader that takes nothing', () => {
  it('is told good-bye before much is kept for it, and loses nothing', async () => {
    const reader = await listen()
    const from = (await reader.next())?.id
    for (let i = 0; i < 600; i++)
      await front.scene.db.write([{ sql: `UPDATE service SET version = version + 1` }])
    await front.feed.tick()
    const open = front.feed.streams
    const kept = await reader.rest()
    const again = await listen({}, kept.findLast(({ id }) => id !== undefined)?.id)
    const told = kept.flatMap(({ event, id }) => (event === 'service' ? [id] : []))
    const more = await again.events(600 - told.length)
    assert.deepEqual(
      [open, kept.at(-1)?.data, told.length < 600, more.length + told.length, from !== undefined],
      [0, '{"reason":"limit"}', true, 600, true],
    )
  })
})

describe('streams of one subject', () => {
  it('have a limit, which others do not feel', async () => {
    for (let i = 0; i < FEED_LIMITS.per_subject; i++) await listen({ sub: 'ann' })
    const refused = await ask({ sub: 'ann' })
    await listen({ sub: 'bea' })
    assert.deepEqual(
      [
        refused.status,
        refused.headers.get('retry-after'),
        problemSchema.parse(await refused.json()).code,
      ],
      [429, '30', 'too_many_streams'],
    )
  })
  it('keep to it when they come all at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: FEED_LIMITS.per_subject + 5 }, () => ask({ sub: 'ann' })),
    )
    for (const answer of answers) if (answer.status === 200) readers.push(new EventReader(answer))
    assert.equal(readers.length, FEED_LIMITS.per_subject)
  })
})
