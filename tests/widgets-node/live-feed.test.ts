import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import fc from 'fast-check'
import type { Operation } from '../../bff/contract/operation.ts'
import type { Session } from '../../widgets/session/session.ts'
import type { StoreChange } from '../../widgets/session/store.ts'
import { Stream } from '../feed-stream.ts'
import { json, settle, World } from './world.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND

const running: Operation = {
  // The brands are given by the BFF's parser, which no element has.
  id: 'op_1' as Operation['id'],
  service: 'svc-1' as Operation['service'],
  action: 'some-action',
  label: 'Do it',
  state: 'running',
  version: 1,
  created_at: '2026-01-01T00:00:00Z',
  by: { role: 'staff', label: 'Ann' },
  steps: [],
  progress: { done: 0, total: 1 },
  warnings: [],
  can: [],
}

let world: World
let session: Session
let streams: Stream[]
/** What a look at the operation finds. */
let operation: Operation
let told: StoreChange[]
/** How a stream is answered; with a stream unless told otherwise. */
let feed: (init: RequestInit) => Response | Promise<Response>

beforeEach(() => {
  world = new World()
  streams = []
  told = []
  operation = running
  feed = (init) => {
    const stream = new Stream(init)
    streams.push(stream)
    return stream.answer
  }
  world.answer = (path, _n, init) => (path.endsWith('/events') ? feed(init) : json(200, operation))
  session = world.session()
  session.store.subscribe((change) => told.push(change))
})
afterEach(() => session.release())

const stream = (): Stream => {
  const last = streams.at(-1)
  if (last === undefined) throw new Error('no stream was opened')
  return last
}
const looks = () => world.asked('/operations/op_1').length
const opened = () => world.asked('/events').length
const stale = () => told.flatMap((change) => (change.kind === 'stale' ? [change.what] : []))
const state = () => session.store.feed

/** Waits for the part of the session that is fetched when it is first needed, and for what it does at once. */
async function late(): Promise<void> {
  await import('../../widgets/session/live-feed.ts')
  for (let n = 0; n < 3; n++) await settle()
}

/** An operation is watched, and the feed has opened its stream. */
async function watching(): Promise<void> {
  session.follow(operation)
  await late()
}

/** The stream is open, what was read once more has been read, and nothing of it counts any more. */
async function streaming(head = 10): Promise<void> {
  await watching()
  stream().head(head)
  await world.pass(SECOND)
  told = []
  world.sent = []
}

/** Time passes on a stream that lives. */
async function beating(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 15 * SECOND) {
    stream().heartbeat()
    await world.pass(Math.min(15 * SECOND, ms - passed))
  }
}

describe('a page on which nothing happens', () => {
  it('opens no stream', async () => {
    await session.get('/v1/services/svc-1/actions')
    await late()
    assert.equal(opened(), 0)
  })

  it('opens one once a log is shown', async () => {
    session.watchLog()
    await late()
    assert.equal(opened(), 1)
  })

  it('opens none where it is hidden', async () => {
    world.visible = false
    session.watchLog()
    await late()
    assert.equal(opened(), 0)
  })
})

describe('an unsettled operation', () => {
  it('opens one stream, whoever watches it', async () => {
    const other = world.session()
    other.follow(running)
    other.watchLog()
    await watching()
    other.release()
    assert.equal(opened(), 1)
  })

  it('opens it with the token in a header, and with no place to go on from', async () => {
    await watching()
    const { headers } = stream()
    assert.match(headers.get('authorization') ?? '', /^Bearer ./)
    assert.deepEqual([headers.get('accept'), stream().resume], ['text/event-stream', null])
  })

  it('is polled until the first block is there', async () => {
    await watching()
    await world.pass(3500)
    assert.deepEqual([state(), looks()], ['opening', 2])
  })

  it('closes it when it is settled', async () => {
    await streaming()
    operation = { ...running, state: 'succeeded', version: 2, finished_at: '2026-01-01T00:01:00Z' }
    stream().event(11, 'operation', 'op_1', 2)
    await world.pass(SECOND)
    assert.deepEqual([stream().isClosed, state()], [true, 'closed'])
  })

  it('keeps it open while a log is shown', async () => {
    session.watchLog()
    await streaming()
    operation = { ...running, state: 'succeeded', version: 2, finished_at: '2026-01-01T00:01:00Z' }
    stream().event(11, 'operation', 'op_1', 2)
    await world.pass(SECOND)
    assert.deepEqual([stream().isClosed, state()], [false, 'open'])
  })
})

describe('a stream that is opened', () => {
  it('has everything read once more: between reading and it anything may have happened', async () => {
    await watching()
    await world.pass(500)
    const before = looks()
    stream().head(10)
    await settle()
    await world.pass(200)
    assert.equal(looks(), before + 1)
    assert.deepEqual(stale(), ['service', 'fields'])
    assert.deepEqual(
      told.filter(({ kind }) => kind === 'entries'),
      [{ kind: 'entries', ids: undefined }],
    )
  })

  it('ends polling', async () => {
    await streaming()
    await beating(29 * SECOND)
    assert.equal(looks(), 0)
  })

  it('leaves a look every half minute for what time alone changes', async () => {
    await streaming()
    await beating(3 * MINUTE)
    assert.equal(looks(), 6)
  })

  it('has one look when the time is over that the BFF told', async () => {
    operation = {
      ...running,
      state: 'attention',
      waiting: { code: 'x', params: {}, text: '', until: new Date(10 * SECOND).toISOString() },
    }
    await streaming()
    await world.pass(10 * SECOND - world.now - 1)
    assert.equal(looks(), 0)
    await world.pass(10)
    assert.equal(looks(), 1)
  })
})

describe('an event of the feed', () => {
  it('has only the operation read that it names', async () => {
    await streaming()
    operation = { ...running, version: 2 }
    stream().event(11, 'operation', 'op_1', 2)
    await world.pass(200)
    assert.deepEqual([world.sent.map(({ path }) => path), stale()], [['/v1/operations/op_1'], []])
  })

  it('has nothing read where its version is known', async () => {
    await streaming()
    session.store.serviceVersion = 7
    stream().event(11, 'operation', 'op_1', 1)
    stream().event(12, 'service', 'svc-1', 7)
    await world.pass(SECOND)
    assert.deepEqual([world.sent, told], [[], []])
  })

  it('says that the service is stale', async () => {
    await streaming()
    session.store.serviceVersion = 7
    stream().event(11, 'service', 'svc-1', 8)
    await world.pass(200)
    assert.deepEqual(stale(), ['service'])
  })

  it('says that the fields are', async () => {
    await streaming()
    stream().event(11, 'fields', 'svc-1', 11)
    await world.pass(200)
    assert.deepEqual(stale(), ['fields'])
  })

  it('of an operation nobody here began has what can be done read', async () => {
    await streaming()
    stream().event(11, 'operation', 'op_2', 1)
    await world.pass(200)
    assert.deepEqual(stale(), ['service'])
  })

  it('names the entries that are new in the log', async () => {
    await streaming()
    stream().event(11, 'log', 'log_1', 1)
    stream().event(12, 'log', 'log_2', 1)
    await world.pass(200)
    assert.deepEqual(told, [{ kind: 'entries', ids: ['log_1', 'log_2'] }])
  })

  it('is read once with all that come with it', async () => {
    await streaming()
    operation = { ...running, version: 5 }
    for (const version of [2, 3, 4, 5]) stream().event(9 + version, 'operation', 'op_1', version)
    stream().event(15, 'service', 'svc-1', 8)
    stream().event(16, 'service', 'svc-1', 9)
    await world.pass(SECOND)
    assert.deepEqual([looks(), stale()], [1, ['service']])
  })

  it('is no news beside the end of the operation that caused it', async () => {
    session.watchLog()
    await streaming()
    operation = { ...running, state: 'succeeded', version: 2, finished_at: '2026-01-01T00:01:00Z' }
    stream().event(11, 'service', 'svc-1', 8)
    stream().event(12, 'log', 'log_1', 1)
    stream().event(13, 'operation', 'op_1', 2)
    await world.pass(SECOND)
    assert.deepEqual(
      told.map((change) => (change.kind === 'stale' ? change.what : change.kind)),
      ['operation', 'service', 'logs'],
    )
  })

  it('that is not known, or cannot be read, is passed over', async () => {
    await streaming()
    stream().write('id: 11\nevent: weather\ndata: {"id":"x","version":1}\n\n')
    stream().write('id: 12\nevent: operation\ndata: {"id":7}\n\nid: 13\nevent: log\ndata: {\n\n')
    await world.pass(SECOND)
    assert.deepEqual([told, state()], [[], 'open'])
  })

  it('is polled for as long as what it names cannot be read', async () => {
    await streaming()
    world.answer = (path, _n, init) =>
      path.endsWith('/events') ? feed(init) : json(503, { code: 'x', title: 'no' })
    stream().event(11, 'operation', 'op_1', 2)
    await world.pass(9 * SECOND)
    assert.equal(looks(), 4)
  })
})

describe('a page that is hidden', () => {
  it('closes the stream', async () => {
    await streaming()
    await world.hide()
    assert.deepEqual([stream().isClosed, state()], [true, 'closed'])
  })

  it('goes on from the last event when it is shown again', async () => {
    await streaming()
    stream().event(12, 'log', 'log_1', 1)
    await world.pass(200)
    await world.hide()
    await world.pass(5 * MINUTE)
    await world.wake()
    assert.deepEqual([streams.length, stream().resume], [2, '12'])
  })

  it('asks nothing meanwhile', async () => {
    await streaming()
    await world.hide()
    await world.pass(5 * MINUTE)
    assert.equal(world.sent.length, 0)
  })

  it('does not read everything again once it goes on', async () => {
    await streaming()
    await world.hide()
    await world.wake()
    told = []
    stream().head(30)
    await world.pass(SECOND)
    assert.deepEqual(stale(), [])
  })
})

describe('a stream that goes on', () => {
  async function resumed(): Promise<void> {
    await streaming(10)
    await world.hide()
    await world.wake()
    told = []
    world.sent = []
    stream().head(30)
    await settle()
  }

  it('begins again where it was when it breaks before it has told what is new', async () => {
    await resumed()
    stream().cut()
    await world.pass(2 * SECOND)
    assert.equal(stream().resume, '10')
  })

  it('begins anew when the place it goes on from is refused', async () => {
    await streaming(10)
    const usual = feed
    feed = () => json(400, { code: 'bad_request', title: 'no' })
    await world.hide()
    await world.wake()
    feed = usual
    await world.pass(3 * MINUTE)
    assert.deepEqual([streams.length > 1, stream().resume], [true, null])
  })

  it('has everything read again when its first word is of the service: what was missed is no longer kept', async () => {
    await resumed()
    session.store.serviceVersion = 99
    stream().event(30, 'service', 'svc-1', 7)
    await world.pass(SECOND)
    assert.deepEqual([looks(), stale()], [1, ['service', 'fields']])
  })

  it('has only the service read when a later word is', async () => {
    await resumed()
    stream().event(29, 'fields', 'svc-1', 29)
    stream().event(30, 'service', 'svc-1', 7)
    await world.pass(SECOND)
    assert.deepEqual([looks(), stale()], [0, ['service', 'fields']])
  })
})

describe('a good-bye', () => {
  it('for the token brings a new one, and goes on at once', async () => {
    await streaming()
    world.token = (n) => `new-${n}`
    await beating(MINUTE)
    stream().event(11, 'log', 'log_1', 1)
    await settle()
    stream().bye('token')
    await world.pass(10)
    assert.deepEqual(
      [streams.length, stream().resume, stream().headers.get('authorization')],
      [2, '11', 'Bearer new-2'],
    )
  })

  it('for the token asks for none where a newer one is there', async () => {
    await streaming()
    await beating(8 * MINUTE)
    assert.deepEqual(world.reasons, ['initial', 'refresh'])
    stream().bye('token')
    await world.pass(10)
    assert.deepEqual([streams.length, world.reasons], [2, ['initial', 'refresh']])
  })

  for (const reason of ['stopping', 'renew', 'limit', 'something new'])
    it(`for ${reason} waits as long as the BFF asked for`, async () => {
      await streaming()
      await beating(MINUTE)
      stream().bye(reason)
      await world.pass(1999)
      assert.deepEqual([streams.length, state()], [1, 'waiting'])
      await world.pass(2 * SECOND)
      assert.deepEqual([streams.length, stream().resume], [2, '10'])
    })

  it('is not waited for longer than a minute or two, whatever the BFF asks for', async () => {
    await streaming()
    await beating(MINUTE)
    stream().write('retry: 86400000\n\n')
    await settle()
    stream().bye('renew')
    await world.pass(2 * MINUTE)
    assert.equal(streams.length, 2)
  })

  it('leaves the operation to polling meanwhile', async () => {
    await streaming()
    await beating(15 * SECOND)
    stream().write('retry: 9000\n\n')
    await settle()
    stream().bye('stopping')
    await settle()
    const before = looks()
    await world.pass(4 * SECOND)
    assert.equal(looks(), before + 2)
  })
})

describe('where streams are swallowed', () => {
  it('the page polls when no first block has come', async () => {
    await watching()
    await world.pass(4 * SECOND)
    assert.deepEqual([state(), stream().isClosed], ['polling', true])
  })

  it('the page polls when nothing answers at all', async () => {
    feed = () => new Promise<Response>(() => undefined)
    await watching()
    await world.pass(4 * SECOND)
    assert.equal(state(), 'polling')
  })

  it('the page polls when nothing comes after the first block', async () => {
    await streaming()
    await world.pass(35 * SECOND)
    assert.deepEqual([state(), stream().isClosed], ['polling', true])
  })

  it('the page polls when something else comes for a stream', async () => {
    feed = () => new Response('<html>', { headers: { 'content-type': 'text/html' } })
    await watching()
    assert.equal(state(), 'polling')
  })

  it('the page polls when streams end as soon as they begin', async () => {
    feed = (init) => {
      const each = new Stream(init)
      each.head(10)
      each.end()
      return each.answer
    }
    await watching()
    await world.pass(10 * SECOND)
    assert.deepEqual([state(), opened()], ['polling', 3])
  })

  it('polls as it did without a feed', async () => {
    feed = () => new Response('<html>', { headers: { 'content-type': 'text/html' } })
    await watching()
    await world.pass(13 * SECOND)
    assert.equal(looks(), 4)
  })

  it('tries again after minutes, and has it when it can', async () => {
    await watching()
    await world.pass(4 * SECOND)
    await world.pass(MINUTE)
    assert.equal(opened(), 1)
    await world.pass(MINUTE + SECOND)
    stream().head(10)
    await settle()
    assert.deepEqual([opened(), state()], [2, 'open'])
  })

  it('is not tried again by looking away and back', async () => {
    await watching()
    await world.pass(4 * SECOND)
    await world.hide()
    await world.wake()
    assert.deepEqual([opened(), state()], [1, 'polling'])
  })

  it('heartbeats are enough to keep a stream', async () => {
    await streaming()
    await beating(10 * MINUTE)
    assert.deepEqual([state(), streams.length], ['open', 1])
  })

  it('a stream that worked and fell silent is only opened again', async () => {
    await streaming()
    await beating(MINUTE)
    await world.pass(38 * SECOND)
    assert.deepEqual([streams.length, stream().resume], [2, '10'])
  })

  it('a block without end is no stream', async () => {
    await streaming()
    for (let n = 0; n < 20; n++) stream().write('x'.repeat(1000))
    await settle()
    assert.deepEqual([state(), stream().isClosed], ['polling', true])
  })
})

describe('a BFF with too many streams', () => {
  for (const status of [429, 503])
    it(`is asked again when it said, and polled meanwhile (${status})`, async () => {
      const usual = feed
      feed = () => new Response(null, { status, headers: { 'retry-after': '30' } })
      await watching()
      feed = usual
      await world.pass(30 * SECOND)
      assert.deepEqual([opened(), looks() > 5, state()], [1, true, 'polling'])
      await world.pass(10 * SECOND)
      assert.equal(opened(), 2)
    })
})

describe('a network that is gone', () => {
  it('is tried again ever later, and at once when it is back', async () => {
    await streaming()
    const usual = feed
    feed = () => Promise.reject(new TypeError('Failed to fetch'))
    stream().cut()
    await world.pass(1500)
    assert.deepEqual([state(), opened()], ['waiting', 1])
    feed = usual
    await world.wake()
    assert.deepEqual([streams.length, stream().resume], [2, '10'])
  })
})

describe('a machine that slept', () => {
  it('has its stream again at once', async () => {
    await streaming()
    await world.advance(2 * 60 * MINUTE)
    await world.pass(SECOND)
    assert.deepEqual([streams.length, stream().resume], [2, '10'])
  })

  it('has it again when its network is back, though its timers stood still', async () => {
    await streaming()
    world.now += 2 * 60 * MINUTE
    await world.wake()
    assert.deepEqual([streams.length, stream().resume], [2, '10'])
  })

  it('keeps a stream that was heard of a moment ago', async () => {
    await streaming()
    await beating(MINUTE)
    await world.wake()
    assert.equal(streams.length, 1)
  })
})

describe('a token that is refused', () => {
  it('is renewed once for the stream', async () => {
    const usual = feed
    feed = (init) => {
      feed = usual
      return new Headers(init.headers).has('authorization')
        ? json(401, { code: 'invalid_token', title: 'no' })
        : json(500, {})
    }
    await watching()
    assert.deepEqual([streams.length, world.reasons], [1, ['initial', 'rejected']])
  })

  it('leaves no stream when the new one is refused too', async () => {
    feed = () => json(401, { code: 'invalid_token', title: 'no' })
    await watching()
    await world.pass(10 * SECOND)
    assert.deepEqual([opened(), state()], [2, 'polling'])
  })

  it('brings the stream back when somebody signs in again', async () => {
    const usual = feed
    feed = () => json(401, { code: 'invalid_token', title: 'no' })
    await watching()
    feed = usual
    await session.signInAgain()
    await settle()
    assert.equal(streams.length, 1)
  })
})

describe('two services on one page', () => {
  let other: Session
  beforeEach(async () => {
    other = world.session('svc-2')
    session.watchLog()
    await late()
    other.watchLog()
    await late()
  })
  afterEach(() => other.release())

  it('have one stream', () => {
    assert.deepEqual([streams.length, other.store.feed], [1, 'polling'])
  })

  it('hand it on', async () => {
    session.release()
    await settle()
    assert.deepEqual(
      [streams[0]?.isClosed, world.asked('/svc-2/events').length, other.store.feed],
      [true, 1, 'opening'],
    )
  })
})

describe('an element that goes', () => {
  it('leaves no stream, no timer and nobody who listens', async () => {
    session.watchLog()
    await streaming()
    stream().event(11, 'log', 'log_1', 1)
    await settle()
    session.release()
    await settle()
    assert.deepEqual(
      [stream().isClosed, world.timers.size, world.wakers.size, world.hiders.size],
      [true, 0, 0, 0],
    )
  })

  it('leaves nothing where the stream is only being opened', async () => {
    await watching()
    session.release()
    stream().head(10)
    await late()
    assert.deepEqual([stream().isClosed, world.timers.size, state()], [true, 0, 'closed'])
  })

  it('opens nothing where the part for it comes too late', async () => {
    session.follow(running)
    session.release()
    await late()
    assert.deepEqual([opened(), world.timers.size], [0, 0])
  })
})

describe('whatever happens on a page', () => {
  const something = fc.oneof(
    fc.constantFrom('hide', 'wake', 'watch', 'unwatch', 'follow', 'settle', 'head', 'cut', 'end'),
    fc.constantFrom('bye token', 'bye renew', 'bye limit', 'refuse', 'swallow', 'serve', 'offline'),
    fc.nat({ max: 200 }).map((seconds) => seconds * SECOND),
    fc.tuple(fc.constantFrom('operation', 'service', 'log'), fc.nat({ max: 9 })),
  )
  type Something = typeof something extends fc.Arbitrary<infer T> ? T : never

  function respond(kind: string): void {
    feed = (init) => {
      const each = new Stream(init)
      if (kind === 'refuse') return new Response(null, { status: 429 })
      if (kind === 'offline') throw new TypeError('Failed to fetch')
      if (kind === 'serve') each.head(1)
      streams.push(each)
      return each.answer
    }
  }

  async function happen(what: Something, watches: (() => void)[]): Promise<void> {
    if (typeof what === 'number') return world.pass(what)
    if (typeof what === 'object') return streams.at(-1)?.event(20, what[0], 'op_1', what[1])
    const [verb = '', reason = ''] = what.split(' ')
    switch (verb) {
      case 'hide':
        return world.hide()
      case 'wake':
        return world.wake()
      case 'watch':
        watches.push(session.watchLog())
        break
      case 'unwatch':
        watches.pop()?.()
        break
      case 'follow':
        operation = { ...running, version: operation.version + 1 }
        session.follow(operation)
        break
      case 'settle':
        operation = { ...running, state: 'failed', version: operation.version + 1 }
        session.follow(operation)
        break
      case 'head':
        streams.at(-1)?.head(10)
        break
      case 'cut':
        streams.at(-1)?.cut()
        break
      case 'end':
        streams.at(-1)?.end()
        break
      case 'bye':
        streams.at(-1)?.bye(reason)
        break
      default:
        respond(verb)
    }
    await late()
  }

  it('one stream is open at most, none where nobody needs it, and nothing is left', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(something, { maxLength: 25 }), async (things) => {
        streams = []
        operation = running
        respond('serve')
        session.release()
        world.visible = true
        session = world.session()
        const watches: (() => void)[] = []
        for (const thing of things) {
          await happen(thing, watches)
          await settle()
          const open = streams.filter(({ isClosed }) => !isClosed).length
          const isNeeded = world.visible && (watches.length > 0 || isFollowed())
          assert.ok(open <= (isNeeded ? 1 : 0), `${open} open, needed: ${isNeeded}`)
          assert.ok(state() !== 'closed' || !isNeeded, 'closed though it is needed')
        }
        session.release()
        await late()
        assert.deepEqual([streams.filter(({ isClosed }) => !isClosed), world.timers.size], [[], 0])
      }),
      { numRuns: 60 },
    )
  })

  function isFollowed(): boolean {
    const known = session.store.operation('op_1')
    return known !== undefined && known.state === 'running'
  }
})
