import { fixtureCleanup, waitUntil } from '@open-wc/testing-helpers'
import { setViewport } from '@web/test-runner-commands'
import { expect } from 'chai'
import type { LogEntry } from '../../../bff/contract/resources.ts'
import { all, click, focused, key, press, seen, the, until, untilState } from '../actions/person.ts'
import { accessibilityFaults } from '../axe.ts'
import { news } from '../news.ts'
import { problem } from '../reading-bff.ts'
import { anEntry, logsBff, rows, shown, someEntries } from './scene.ts'

let desk: ReturnType<typeof logsBff>

const full = anEntry(3, {
  level: 'error',
  reason: 'Unpaid bill',
  // The brand is given by the BFF's parser, which no element has.
  operation: `op_${'0'.repeat(26)}` as NonNullable<LogEntry['operation']>,
  detail: [{ label: 'Server said', value: 'No such user' }],
  message: { code: 'x', params: {}, text: 'The account was not suspended.' },
})

beforeEach(async () => {
  await setViewport({ width: 1100, height: 800 })
  desk = logsBff([
    full,
    anEntry(2, { actor: { role: 'client', label: 'Carol', act: 'Ann' }, level: 'warning' }),
    anEntry(1, { actor: { role: 'system', label: '' }, duration_ms: null }),
  ])
})

afterEach(() => {
  fixtureCleanup()
  desk.bff.restore()
})

describe('the log of a service', () => {
  it('is a table with the names of its columns', async () => {
    const element = await shown()
    await the(element, 'table', 'Activity')
    expect(all(element, 'columnheader').map((one) => one.textContent?.trim())).to.deep.equal([
      'Time',
      'Level',
      'What happened',
      'Who',
      'Duration',
    ])
  })

  it('says when, how grave as a word, what, why, who and how long', async () => {
    const element = await shown()
    await until(
      element,
      /Nov 24, 2026.* Error Suspend The account was not suspended\. Reason: Unpaid bill Details Staff: Ann 1\.2 sec/,
    )
  })

  it('says who acted for whom', async () => {
    const element = await shown()
    await until(element, 'Staff: Ann for Carol')
  })

  it('says the role alone where no name is told', async () => {
    const element = await shown()
    await waitUntil(() => rows(element).at(-1)?.endsWith('System') === true)
  })

  it('is newest first', async () => {
    desk.entries = someEntries(3, 1)
    const element = await shown()
    await untilState(element, 'ready')
    expect(rows(element).map((row) => /Entry \d/.exec(row)?.[0])).to.deep.equal([
      'Entry 3',
      'Entry 2',
      'Entry 1',
    ])
  })

  it('has nothing that WCAG 2.2 AA forbids', async () => {
    const element = await shown()
    await untilState(element, 'ready')
    await press(element, 'button', 'Details')
    await until(element, 'No such user')
    expect(await accessibilityFaults(element)).to.deep.equal([])
  })

  it('fits a page of 320 pixels, with its roles', async () => {
    await setViewport({ width: 320, height: 800 })
    const element = await shown()
    await untilState(element, 'ready')
    expect(element.scrollWidth).to.be.at.most(element.clientWidth)
    expect(await accessibilityFaults(element)).to.deep.equal([])
  })

  it('is in Arabic from right to left', async () => {
    const element = await shown({ lang: 'ar' })
    await until(element, 'النشاط')
    expect(element.shadowRoot?.querySelector('[dir="rtl"]')).not.to.equal(null)
  })
})

describe('what is behind an entry', () => {
  it('is shown on demand, with the keyboard', async () => {
    const element = await shown()
    const summary = await the(element, 'button', 'Details')
    expect(element.shadowRoot?.textContent).not.to.include('No such user')
    summary.focus()
    await key('Enter')
    await until(element, /Server said No such user Operation op_0{26}/)
    expect(focused(element)).to.equal(summary)
  })

  it('is copied as text', async () => {
    const written: string[] = []
    const real = navigator.clipboard.writeText
    navigator.clipboard.writeText = async (text) => void written.push(text)
    const element = await shown()
    await press(element, 'button', 'Details')
    await press(element, 'button', 'Copy Details')
    await until(element, 'Copied')
    navigator.clipboard.writeText = real
    expect(written[0]?.split('\n')).to.deep.equal([
      'Time: 2026-11-24T10:00:00Z',
      'Level: Error',
      'Action: Suspend',
      'What happened: The account was not suspended.',
      'Who: Staff: Ann',
      'Reason: Unpaid bill',
      'Duration: 1.2 sec',
      'Server said: No such user',
      `Operation: op_${'0'.repeat(26)}`,
    ])
  })

  it('is not offered where there is nothing', async () => {
    desk.entries = [anEntry(1)]
    const element = await shown()
    await untilState(element, 'ready')
    expect(all(element, 'button', 'Details')).to.deep.equal([])
  })
})

describe('older entries', () => {
  beforeEach(() => {
    desk.entries = someEntries(230, 1)
  })

  it('are loaded on demand, below', async () => {
    const element = await shown()
    await untilState(element, 'ready')
    expect(rows(element)).to.have.length(50)
    await press(element, 'button', 'Load older')
    await waitUntil(() => rows(element).length === 100)
    expect(rows(element).at(-1)).to.include('Entry 131.')
  })

  it('stand in chunks of a hundred', async () => {
    const element = await shown({ size: 115 })
    await press(element, 'button', 'Load older')
    await waitUntil(() => rows(element).length === 230)
    const chunks = [...(element.shadowRoot?.querySelectorAll('.chunk') ?? [])]
    expect(chunks.map((chunk) => chunk.children.length)).to.deep.equal([100, 100, 30])
  })

  it('leave the rows above as they are', async () => {
    const element = await shown()
    await untilState(element, 'ready')
    const first = element.shadowRoot?.querySelector('.chunk > [role="row"]')
    await press(element, 'button', 'Load older')
    await waitUntil(() => rows(element).length === 100)
    expect(element.shadowRoot?.querySelector('.chunk > [role="row"]')).to.equal(first)
  })

  it('come to an end, and focus is there', async () => {
    const element = await shown({ size: 200 })
    ;(await the(element, 'button', 'Load older')).focus()
    await key('Enter')
    await until(element, 'There are no older entries.')
    await waitUntil(() => focused(element)?.textContent?.trim() === 'There are no older entries.')
  })

  it('that cannot be had leave the rest, and can be asked for again', async () => {
    const element = await shown()
    await untilState(element, 'ready')
    let isLost = true
    const { bff } = desk
    bff.on('GET', '/logs', () =>
      isLost ? 'lost' : { body: { entries: someEntries(180, 150), next: null } },
    )
    await press(element, 'button', 'Load older')
    await until(element, 'The service cannot be reached right now.')
    expect(rows(element)).to.have.length(50)
    isLost = false
    await press(element, 'button', 'Load older')
    await waitUntil(() => rows(element).length === 81)
  })
})

describe('new entries', () => {
  const wake = () => document.dispatchEvent(new Event('visibilitychange'))

  it('of others wait until they are asked for', async () => {
    const element = await shown()
    await untilState(element, 'ready')
    desk.entries = [anEntry(6), anEntry(5), anEntry(4), ...desk.entries]
    wake()
    const button = await the(element, 'button', '3 new entries')
    expect(rows(element)).to.have.length(3)
    await click(button)
    await waitUntil(() => rows(element).length === 6)
    expect(rows(element)[0]).to.include('Entry 6.')
  })

  it('of this page are shown at once', async () => {
    const element = await shown()
    await untilState(element, 'ready')
    desk.entries = [anEntry(4), ...desk.entries]
    news('logs')
    await waitUntil(() => rows(element).length === 4)
  })

  it('in such a number that some are missing replace what is shown', async () => {
    desk.entries = someEntries(10, 1)
    const element = await shown({ size: 5 })
    await untilState(element, 'ready')
    desk.entries = someEntries(30, 1)
    wake()
    await press(element, 'button', '5 new entries')
    await waitUntil(() => rows(element)[0]?.includes('Entry 30.') === true)
    expect(rows(element)).to.have.length(5)
  })

  it('that cannot be had are said, and what is shown stays', async () => {
    const element = await shown()
    await untilState(element, 'ready')
    desk.bff.on('GET', '/logs', () => 'lost')
    wake()
    await until(element, 'The service cannot be reached right now.')
    expect(rows(element)).to.have.length(3)
  })
})

describe('a log that cannot be had', () => {
  it('is forbidden, and not asked for again and again', async () => {
    desk.bff.on('GET', '/logs', () => problem(403, 'insufficient_scope'))
    const element = await shown()
    await untilState(element, 'forbidden')
    document.dispatchEvent(new Event('visibilitychange'))
    expect(desk.bff.asked).to.have.length(1)
  })

  it('comes when the network is back', async () => {
    const { bff } = desk
    let isLost = true
    bff.on('GET', '/logs', () =>
      isLost ? 'lost' : { body: { entries: someEntries(2, 1), next: null } },
    )
    const element = await shown()
    await untilState(element, 'offline')
    isLost = false
    window.dispatchEvent(new Event('online'))
    await untilState(element, 'ready')
  })

  it('is empty', async () => {
    desk.entries = []
    const element = await shown()
    await untilState(element, 'empty')
    await until(element, 'There is nothing to show.')
  })
})

describe('a client reading the log', () => {
  it('sees of staff only that it was staff', async () => {
    desk.entries = [anEntry(1, { actor: { role: 'staff', label: '' } })]
    const element = await shown()
    await untilState(element, 'ready')
    expect(seen(element)).to.match(/Staff 1\.2 sec/)
  })
})
