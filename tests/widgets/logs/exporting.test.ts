import { fixtureCleanup, waitUntil } from '@open-wc/testing-helpers'
import { expect } from 'chai'
import { all, press, the, until, untilState } from '../actions/person.ts'
import { accessibilityFaults } from '../axe.ts'
import { problem } from '../reading-bff.ts'
import { logsBff, searchField, shown, someEntries } from './scene.ts'

const CSV = 'time,level\r\n"1","in\r\nfo"\r\n"2","info"\r\n'
const PROOF = '{"export":"e","head":"h","kid":"k"}\n'

/** A file in pieces; with `broken` it ends as a lost connection does. */
function file(text: string, { broken = false } = {}): Response {
  let isTold = false
  return new Response(
    new ReadableStream<Uint8Array>({
      pull(controller) {
        if (!isTold) {
          isTold = true
          controller.enqueue(new TextEncoder().encode(text))
        } else if (broken) controller.error(new TypeError('network error'))
        else controller.close()
      },
    }),
    { headers: { 'content-type': 'text/csv; charset=utf-8; header=present' } },
  )
}

interface Saved {
  readonly name: string
  readonly file: Blob
}

let desk: ReturnType<typeof logsBff>
/** What the browser was given to save; it is not asked to, as this is nobody's computer. */
let saved: Saved[]
let addresses: Map<string, Blob>
const real = {
  create: URL.createObjectURL,
  revoke: URL.revokeObjectURL,
  click: HTMLAnchorElement.prototype.click,
}

beforeEach(() => {
  desk = logsBff(someEntries(3, 1))
  desk.can = ['export']
  saved = []
  addresses = new Map()
  URL.createObjectURL = (thing) => {
    const address = real.create.call(URL, thing)
    if (thing instanceof Blob) addresses.set(address, thing)
    return address
  }
  URL.revokeObjectURL = (address) => {
    addresses.delete(address)
    real.revoke.call(URL, address)
  }
  HTMLAnchorElement.prototype.click = function () {
    const blob = addresses.get(this.href)
    if (blob !== undefined) saved.push({ name: this.download, file: blob })
  }
})
afterEach(() => {
  fixtureCleanup()
  desk.bff.restore()
  URL.createObjectURL = real.create
  URL.revokeObjectURL = real.revoke
  HTMLAnchorElement.prototype.click = real.click
})

async function opened(attributes: Parameters<typeof shown>[0] = {}) {
  const element = await shown(attributes)
  await press(element, 'button', 'Export')
  return element
}

describe('a log that may be exported', () => {
  it('offers it', async () => {
    const element = await shown()
    await the(element, 'button', 'Export')
  })

  it('is saved as CSV under a name that says whose it is and of when', async () => {
    desk.bff.on('GET', '/logs/export', () => file(CSV))
    const element = await opened()
    await press(element, 'button', 'Save as CSV')
    const day = new Date().toISOString().slice(0, 10)
    await until(element, `log-1042-${day}.csv is ready, with 2 entries. Your browser saves it.`)
    expect(saved.map(({ name }) => name)).to.deep.equal([`log-1042-${day}.csv`])
    expect(await saved[0]?.file.text()).to.equal(CSV)
  })

  it('is saved as JSON Lines', async () => {
    desk.bff.on('GET', '/logs/export', () => file(`{"seq":1}\n${PROOF}`))
    const element = await opened()
    await press(element, 'button', 'Save as JSON Lines')
    await until(element, 'with one entry')
    expect(desk.bff.sent('GET', '/logs/export')[0]?.query.get('format')).to.equal('jsonl')
  })

  it('holds what is looked for, and asks for all of it', async () => {
    desk.bff.on('GET', '/logs/export', () => file(CSV))
    const element = await opened({ level: 'info' })
    const field = searchField(element)
    field.value = 'Entry 2'
    await press(element, 'button', 'Search')
    await untilState(element, 'ready')
    await press(element, 'button', 'Save as CSV')
    await until(element, 'is ready')
    expect(String(desk.bff.sent('GET', '/logs/export')[0]?.query)).to.equal(
      'level=info&q=Entry+2&format=csv',
    )
  })

  it('asks in the language of the reader', async () => {
    desk.bff.on('GET', '/logs/export', () => file(CSV))
    const element = await shown({ lang: 'ar' })
    await press(element, 'button', 'تصدير')
    await press(element, 'button', 'حفظ بصيغة CSV')
    await until(element, 'فيه قيدان')
    expect(desk.bff.sent('GET', '/logs/export')[0]?.language).to.equal('ar')
  })

  it('has nothing that WCAG 2.2 AA forbids', async () => {
    desk.bff.on('GET', '/logs/export', () => file(CSV))
    const element = await opened()
    await press(element, 'button', 'Save as CSV')
    await until(element, 'is ready')
    expect(await accessibilityFaults(element)).to.deep.equal([])
  })

  it('keeps no address of the file when the element is gone', async () => {
    desk.bff.on('GET', '/logs/export', () => file(CSV))
    const element = await opened()
    await press(element, 'button', 'Save as CSV')
    await until(element, 'is ready')
    const before = addresses.size
    element.remove()
    await waitUntil(() => addresses.size === 0)
    expect(before).to.equal(1)
  })
})

describe('while the file is prepared', () => {
  let told: () => void
  beforeEach(() => {
    desk.bff.on(
      'GET',
      '/logs/export',
      () =>
        new Promise((resolve) => {
          told = () => resolve(file(CSV))
        }),
    )
  })

  it('it is said, and not asked for twice', async () => {
    const element = await opened()
    await press(element, 'button', 'Save as CSV')
    await until(element, 'The file is being prepared…')
    await press(element, 'button', 'Save as CSV')
    told()
    await until(element, 'is ready')
    expect(desk.bff.sent('GET', '/logs/export').length).to.equal(1)
  })

  it('it can be stopped, and nothing is saved', async () => {
    const element = await opened()
    await press(element, 'button', 'Save as CSV')
    await press(element, 'button', 'Stop')
    await until(element, 'Stopped. Nothing was saved.')
    told()
    expect(saved).to.deep.equal([])
  })

  it('another service takes its place, and nothing is saved', async () => {
    const element = await opened()
    await press(element, 'button', 'Save as CSV')
    element.setAttribute('service', '1043')
    await waitUntil(() => desk.bff.asked.some(({ path }) => path.includes('1043')))
    told()
    await untilState(element, 'ready')
    expect(saved).to.deep.equal([])
  })
})

describe('a file that cannot be had', () => {
  const cases: [
    what: string,
    answer: () => ReturnType<typeof problem> | Response | 'lost',
    said: string,
  ][] = [
    [
      'is refused for now',
      () => problem(503, 'too_many_downloads', { detail: 'Several downloads.' }),
      'Several downloads.',
    ],
    [
      'is asked for too often',
      () => problem(429, 'rate_limited', { detail: 'Too many requests.' }),
      'Too many requests.',
    ],
    [
      'is forbidden',
      () => problem(403, 'insufficient_scope', { detail: 'Not yours.' }),
      'Not yours.',
    ],
    ['has no answer', () => 'lost', 'The service cannot be reached right now.'],
    [
      'breaks off',
      () => file(CSV, { broken: true }),
      'The file broke off before its end. Nothing was saved.',
    ],
    ['ends inside a record', () => file(CSV.slice(0, -4)), 'The file broke off before its end.'],
    [
      'holds nothing',
      () => file('time,level\r\n'),
      'No entry matches, so there is nothing to save.',
    ],
  ]
  for (const [what, answer, said] of cases)
    it(`because it ${what} is said, nothing is saved, and it may be tried again`, async () => {
      let times = 0
      desk.bff.on('GET', '/logs/export', () => (times++ === 0 ? answer() : file(CSV)))
      const element = await opened()
      await press(element, 'button', 'Save as CSV')
      await until(element, said)
      expect(saved).to.deep.equal([])
      await press(element, 'button', 'Save as CSV')
      await until(element, 'is ready')
    })

  it('because a page cannot keep so much is said, and the rest is not fetched', async () => {
    const piece = new Uint8Array(1_000_000).fill(0x61)
    let pieces = 0
    let isLeft = false
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        pieces++
        controller.enqueue(piece)
      },
      cancel: () => {
        isLeft = true
      },
    })
    desk.bff.on('GET', '/logs/export', () => new Response(endless))
    const element = await opened()
    await press(element, 'button', 'Save as CSV')
    await until(element, 'There are more entries than a page can put into one file.')
    expect([saved, isLeft, pieces < 105]).to.deep.equal([[], true, true])
  })

  it('leaves the log in view', async () => {
    desk.bff.on('GET', '/logs/export', () => problem(503, 'too_many_downloads'))
    const element = await opened()
    await press(element, 'button', 'Save as CSV')
    await until(element, 'Problem too_many_downloads')
    await until(element, 'Entry 3')
  })
})

describe('a log that may not be exported', () => {
  beforeEach(() => {
    desk.can = []
  })
  it('does not offer it', async () => {
    const element = await shown()
    await untilState(element, 'ready')
    expect(all(element, 'button', 'Export')).to.deep.equal([])
  })
})
