import { fixtureCleanup, waitUntil } from '@open-wc/testing-helpers'
import { expect } from 'chai'
import type { Stream } from '../../feed-stream.ts'
import { all, press, seen, the, until, untilState } from '../actions/person.ts'
import { feedState, news, told } from '../news.ts'
import { anEntry, logsBff, rows, shown, someEntries } from './scene.ts'

let desk: ReturnType<typeof logsBff>

beforeEach(() => {
  desk = logsBff(someEntries(3, 1))
  desk.bff.hasFeed = true
})
afterEach(() => {
  fixtureCleanup()
  desk.bff.restore()
})

const stream = (): Stream => {
  const last = desk.bff.streams.at(-1)
  if (last === undefined) throw new Error('no stream')
  return last
}
const reads = () => desk.bff.sent('GET', '/logs').length
const idOf = (number: number) => anEntry(number).id

/** The log is shown, its stream open, and what was read once more has been read. */
async function live(): Promise<Awaited<ReturnType<typeof shown>>> {
  const element = await shown()
  await untilState(element, 'ready')
  await waitUntil(() => desk.bff.streams.length === 1)
  stream().head(10)
  await waitUntil(() => reads() === 2)
  await untilState(element, 'ready')
  return element
}

/** Others do something, and the feed tells of it. */
function happens(...numbers: number[]): void {
  desk.entries = [...numbers.map((number) => anEntry(number)).reverse(), ...desk.entries]
  for (const number of numbers) stream().event(10 + number, 'log', idOf(number), 1)
}

describe('a log that is shown', () => {
  it('opens the live feed of its service', async () => {
    await live()
    expect(stream().path).to.equal('/v1/services/1042/events')
    expect(feedState()).to.equal('open')
  })

  it('lets what others do wait until it is asked for', async () => {
    const element = await live()
    happens(4, 5, 6)
    await the(element, 'button', '3 new entries')
    expect(rows(element)).to.have.length(3)
    await press(element, 'button', '3 new entries')
    expect(rows(element)).to.have.length(6)
  })

  it('reads once for all that come together', async () => {
    const element = await live()
    happens(4, 5, 6)
    await the(element, 'button', '3 new entries')
    expect(reads()).to.equal(3)
  })

  it('says so to those who do not see it', async () => {
    const element = await live()
    happens(4)
    await the(element, 'status', 'One new entry')
  })

  it('reads nothing for what it has', async () => {
    const element = await live()
    stream().event(11, 'log', idOf(3), 1)
    happens(4)
    await the(element, 'button', 'One new entry')
    stream().event(20, 'log', idOf(4), 1)
    stream().event(21, 'log', idOf(3), 1)
    happens(5)
    await the(element, 'button', '2 new entries')
    expect(reads()).to.equal(4)
  })

  it('misses nothing that comes while a filter is applied', async () => {
    const element = await live()
    const before = { entries: [...desk.entries], next: null }
    let answer = () => {}
    desk.bff.on('GET', '/logs', ({ query }) => {
      const page = { body: { entries: [...desk.entries], next: null } }
      if (query.get('actor') !== 'staff' || desk.entries.length > 3) return page
      return new Promise((resolve) => {
        answer = () => resolve({ body: before })
      })
    })
    const who = await the<HTMLSelectElement>(element, 'combobox', /^Who/)
    who.value = 'staff'
    who.dispatchEvent(new Event('change', { bubbles: true }))
    await waitUntil(() => reads() === 3)
    const isTold = told('entries')
    happens(4)
    await isTold
    answer()
    await the(element, 'button', 'One new entry')
  })

  it('shows what this page did at once, though the feed tells of it while it is read', async () => {
    const element = await live()
    let answers = 0
    desk.bff.on('GET', '/logs', async () => {
      // The first is on its way when the feed speaks, and never comes.
      if (++answers === 1) await told('entries')
      return { body: { entries: desk.entries, next: null } }
    })
    news('logs')
    await waitUntil(() => answers === 1)
    happens(4)
    await waitUntil(() => rows(element).length === 4)
    expect(all(element, 'button', /new entr/)).to.deep.equal([])
  })

  it('closes the feed when it is taken away', async () => {
    const element = await live()
    element.remove()
    await waitUntil(() => stream().isClosed)
  })

  it('closes the feed when the page is left', async () => {
    await live()
    window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))
    expect(stream().isClosed).to.equal(true)
  })

  it('has another feed with another service', async () => {
    const element = await live()
    const first = stream()
    element.service = '1043'
    await waitUntil(() => desk.bff.streams.length === 2)
    expect([first.isClosed, stream().path, stream().resume]).to.deep.equal([
      true,
      '/v1/services/1043/events',
      null,
    ])
  })

  it('opens no feed where it may not be read', async () => {
    desk.bff.on('GET', '/logs', () => ({ status: 403, body: { code: 'forbidden', title: 'No' } }))
    const element = await shown()
    await untilState(element, 'forbidden')
    expect([desk.bff.streams, feedState()]).to.deep.equal([[], 'closed'])
  })

  it('says nothing of a feed that cannot be had', async () => {
    desk.bff.hasFeed = false
    const element = await shown()
    await untilState(element, 'ready')
    await waitUntil(() => feedState() === 'polling')
    expect([all(element, 'alert').length, seen(element).includes('Entry 3.')]).to.deep.equal([
      0,
      true,
    ])
    await until(element, 'Entry 3.')
  })
})
