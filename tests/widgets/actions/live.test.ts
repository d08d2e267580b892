import { fixture, fixtureCleanup, waitUntil } from '@open-wc/testing-helpers'
import { expect } from 'chai'
import { html } from 'lit'
import type { Stream } from '../../feed-stream.ts'
import '../../../widgets/define/actions.ts'
import type { ProvisionActions } from '../../../widgets/actions/provision-actions.ts'
import { feedState, news } from '../news.ts'
import { anAction, anOperation, FakeBff } from './fake-bff.ts'
import { press, the, until } from './person.ts'

let bff: FakeBff

beforeEach(() => {
  bff = new FakeBff(anAction('frobnicate', { label: 'Frobnicate' }))
  bff.hasFeed = true
})
afterEach(() => {
  fixtureCleanup()
  bff.restore()
})

const shown = () =>
  fixture<ProvisionActions>(
    html`<provision-actions bff="https://bff.test" token="t" service="1042"></provision-actions>`,
  )
const stream = (): Stream => {
  const last = bff.streams.at(-1)
  if (last === undefined) throw new Error('no stream')
  return last
}
const looks = () => bff.asked.filter(({ path }) => path.includes('/operations/')).length

/** Something runs, and the stream that tells of it is open. */
async function watching(): Promise<ProvisionActions> {
  const element = await shown()
  await press(element, 'button', 'Frobnicate')
  await until(element, 'Frobnicate – running')
  await waitUntil(() => bff.streams.length === 1)
  stream().head(10)
  await waitUntil(() => looks() > 0)
  return element
}

describe('what can be done with a service', () => {
  it('needs no live feed while nothing runs', async () => {
    const element = await shown()
    await the(element, 'button', 'Frobnicate')
    expect([bff.streams, feedState()]).to.deep.equal([[], 'closed'])
  })

  it('is read anew when it changes while it is read for the first time', async () => {
    let answerFirst = () => {}
    const first = { ...bff.service, state_label: 'Old state' }
    bff.on('GET', '/actions', () => {
      const body = { viewer: { role: 'staff', label: 'Ann' }, service: bff.service, actions: [] }
      if (bff.count('GET', '/actions') > 1) return { body }
      return new Promise((resolve) => {
        answerFirst = () => resolve({ body: { ...body, service: first } })
      })
    })
    const element = await shown()
    await waitUntil(() => bff.count('GET', '/actions') === 1)
    news('service')
    await until(element, 'Active')
    answerFirst()
    await element.updateComplete
    expect(element.shadowRoot?.textContent).not.to.include('Old state')
  })
})

describe('an operation that runs', () => {
  it('opens the live feed', async () => {
    await watching()
    expect([bff.streams.length, feedState()]).to.deep.equal([1, 'open'])
  })

  it('is seen to end with one read, when the feed says so', async () => {
    const element = await watching()
    const before = looks()
    bff.operation = anOperation({
      state: 'succeeded',
      version: 2,
      finished_at: '2026-11-24T10:01:00Z',
      can: [],
    })
    stream().event(11, 'operation', bff.operation.id, 2)
    await until(element, 'Frobnicate – done')
    expect(looks()).to.equal(before + 1)
  })

  it('lets the feed go when it has ended', async () => {
    const element = await watching()
    bff.operation = anOperation({
      state: 'failed',
      version: 2,
      finished_at: '2026-11-24T10:01:00Z',
    })
    stream().event(11, 'operation', bff.operation.id, 2)
    await until(element, 'Frobnicate – failed')
    await waitUntil(() => stream().isClosed)
    expect(feedState()).to.equal('closed')
  })

  it('runs on where its element is gone, and the feed does not', async () => {
    const element = await watching()
    element.remove()
    await waitUntil(() => stream().isClosed)
    expect(bff.asked.some(({ path }) => path.endsWith('/cancel'))).to.equal(false)
  })
})
