import { fixtureCleanup, waitUntil } from '@open-wc/testing-helpers'
import { sendKeys, setViewport } from '@web/test-runner-commands'
import { expect } from 'chai'
import { click, focused, key, press, seen, the, until, untilState } from '../actions/person.ts'
import { anEntry, logsBff, rows, searchField, shown } from './scene.ts'

let desk: ReturnType<typeof logsBff>

beforeEach(async () => {
  await setViewport({ width: 1100, height: 800 })
  desk = logsBff([
    anEntry(3, { level: 'error', action: 'create', action_label: 'Create' }),
    anEntry(2, { actor: { role: 'client', label: 'Carol' } }),
    anEntry(1, { level: 'warning' }),
  ])
})

afterEach(() => {
  fixtureCleanup()
  desk.bff.restore()
})

const lastQuery = () => desk.bff.asked.at(-1)?.query

/** Chooses from a list as the keyboard does: by the first letters. */
async function choose(element: Element, name: RegExp, letters: string): Promise<void> {
  ;(await the(element, 'combobox', name)).focus()
  await sendKeys({ type: letters })
}

describe('looking for entries', () => {
  it('by level', async () => {
    const element = await shown()
    await untilState(element, 'ready')
    await choose(element, /^Level/, 'War')
    await waitUntil(() => rows(element).length === 1)
    expect(rows(element)[0]).to.include('Entry 1.')
  })

  it('by an action that was seen', async () => {
    const element = await shown()
    await untilState(element, 'ready')
    await choose(element, /^Action/, 'Cre')
    await waitUntil(() => rows(element).length === 1)
    expect(lastQuery()?.get('action')).to.equal('create')
  })

  it('by who acted', async () => {
    const element = await shown()
    await untilState(element, 'ready')
    await choose(element, /^Who/, 'Cli')
    await waitUntil(() => rows(element).length === 1)
    expect(rows(element)[0]).to.include('Carol')
  })

  it('by text, with Enter', async () => {
    const element = await shown()
    await untilState(element, 'ready')
    await click(searchField(element))
    await sendKeys({ type: 'Entry 2' })
    await key('Enter')
    await waitUntil(() => rows(element).length === 1)
    expect(focused(element)).to.equal(searchField(element))
  })

  it('by text, with the button', async () => {
    const element = await shown()
    await untilState(element, 'ready')
    await click(searchField(element))
    await sendKeys({ type: 'Entry 2' })
    await press(element, 'button', 'Search')
    await waitUntil(() => rows(element).length === 1)
  })

  it('ends when the text is emptied', async () => {
    const element = await shown()
    await untilState(element, 'ready')
    await click(searchField(element))
    await sendKeys({ type: 'Entry 2' })
    await key('Enter')
    await waitUntil(() => rows(element).length === 1)
    searchField(element).select()
    await key('Backspace')
    await waitUntil(() => rows(element).length === 3)
  })

  it('keeps the other filters', async () => {
    const element = await shown()
    await untilState(element, 'ready')
    await choose(element, /^Level/, 'War')
    await waitUntil(() => rows(element).length === 1)
    await choose(element, /^Who/, 'Sta')
    await waitUntil(() => lastQuery()?.get('actor') === 'staff')
    expect(lastQuery()?.get('level')).to.equal('warning')
  })

  it('says how many are shown', async () => {
    const element = await shown()
    await untilState(element, 'ready')
    await choose(element, /^Level/, 'War')
    await the(element, 'status', 'One entry is shown.')
  })

  it('says that none matches, and keeps the filters', async () => {
    const element = await shown()
    await untilState(element, 'ready')
    await click(searchField(element))
    await sendKeys({ type: 'nothing like it' })
    await key('Enter')
    await untilState(element, 'empty')
    await until(element, 'No entry matches.')
    await the(element, 'combobox', /^Level/)
  })

  it('begins with the level of the attribute', async () => {
    const element = await shown({ level: 'error' })
    await untilState(element, 'ready')
    expect(rows(element)).to.have.length(1)
    expect(desk.bff.asked[0]?.query.get('level')).to.equal('error')
  })

  it('has the newest answer, not the latest to arrive', async () => {
    const element = await shown()
    await untilState(element, 'ready')
    let answerLate = () => {}
    desk.bff.on('GET', '/logs', ({ query }) =>
      query.get('level') === 'warning'
        ? new Promise((resolve) => {
            answerLate = () => resolve({ body: { entries: [anEntry(1)], next: null } })
          })
        : { body: { entries: [anEntry(3), anEntry(2)], next: null } },
    )
    await choose(element, /^Level/, 'War')
    await waitUntil(() => lastQuery()?.get('level') === 'warning')
    await choose(element, /^Who/, 'Sta')
    await waitUntil(() => lastQuery()?.get('actor') === 'staff')
    await choose(element, /^Level/, 'All')
    await waitUntil(() => rows(element).length === 2)
    answerLate()
    await element.updateComplete
    expect(rows(element)).to.have.length(2)
  })
})

describe('a search that found nothing as far as it looked', () => {
  beforeEach(() => {
    desk.bff.on('GET', '/logs', ({ query }) => {
      const cursor = query.get('cursor')
      if (query.get('level') !== 'warning') return { body: { entries: desk.entries, next: null } }
      if (cursor === null) return { body: { entries: [], next: 'log_9' } }
      if (cursor === 'log_9') return { body: { entries: [], next: 'log_5' } }
      return { body: { entries: [anEntry(1, { level: 'warning' })], next: null } }
    })
  })
  const looking = async () => {
    const element = await shown()
    await untilState(element, 'ready')
    await choose(element, /^Level/, 'War')
    await untilState(element, 'empty')
    await the(element, 'button', 'Load older')
    return element
  }

  it('does not say that there is nothing', async () => {
    const element = await looking()
    expect(seen(element)).not.to.include('No entry matches.')
  })
  it('goes on when asked to, as often as it takes', async () => {
    const element = await looking()
    await press(element, 'button', 'Load older')
    await waitUntil(() => lastQuery()?.get('cursor') === 'log_9')
    await press(element, 'button', 'Load older')
    await waitUntil(() => rows(element).length === 1)
    expect(rows(element)[0]).to.include('Entry 1.')
  })
  it('is not empty any more once it has found something', async () => {
    const element = await looking()
    await press(element, 'button', 'Load older')
    await waitUntil(() => lastQuery()?.get('cursor') === 'log_9')
    await press(element, 'button', 'Load older')
    await untilState(element, 'ready')
  })
})
