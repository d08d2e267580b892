import { fixture, fixtureCleanup, waitUntil } from '@open-wc/testing-helpers'
import { setViewport } from '@web/test-runner-commands'
import { expect } from 'chai'
import { html } from 'lit'
import type { Usage, UsagePart } from '../../../bff/contract/resources.ts'
import '../../../widgets/define/usage.ts'
import type { ProvisionUsage } from '../../../widgets/usage/provision-usage.ts'
import { focused, key, press, seen, the, until, untilState } from '../actions/person.ts'
import { accessibilityFaults } from '../axe.ts'
import { news } from '../news.ts'
import { problem, ReadingBff } from '../reading-bff.ts'

const GB = 1024 ** 3
const aPart = (key: string, more: Partial<UsagePart> = {}): UsagePart => ({
  key,
  label: key.charAt(0).toUpperCase() + key.slice(1),
  used: 2 * GB,
  limit: 10 * GB,
  unit: 'bytes',
  ...more,
})

let bff: ReadingBff
let parts: UsagePart[]

function answering(): void {
  bff.on('GET', '/usage', ({ query }) => ({
    body: {
      as_of: '2026-11-24T10:00:00Z',
      month: query.get('month') ?? '2026-11',
      parts,
    } satisfies Usage,
  }))
}

async function shown(attributes: { month?: string; lang?: string } = {}): Promise<ProvisionUsage> {
  return fixture<ProvisionUsage>(html`<provision-usage
    bff="https://bff.test"
    token="t"
    service="1042"
    lang=${attributes.lang ?? 'en'}
    month=${attributes.month ?? ''}
  ></provision-usage>`)
}

const meters = (element: Element) => [...(element.shadowRoot?.querySelectorAll('meter') ?? [])]

beforeEach(async () => {
  await setViewport({ width: 900, height: 800 })
  bff = new ReadingBff()
  parts = [
    aPart('disk'),
    aPart('bandwidth', { used: 9.5 * GB }),
    aPart('inodes', { unit: 'count', used: 12_345, limit: null }),
    aPart('accounts', { unit: 'count', used: 3, limit: 0 }),
  ]
  answering()
})

afterEach(() => {
  fixtureCleanup()
  bff.restore()
})

describe('the usage of an account', () => {
  it('is said in words, with its limit and share', async () => {
    const element = await shown()
    await until(element, /Disk 2 GB of 10 GB \(20%\)/)
  })

  it('has a bar of the same share and name', async () => {
    const element = await shown()
    await untilState(element, 'ready')
    const [disk] = meters(element)
    expect(disk?.value).to.equal(0.2)
    expect(disk?.ariaLabel).to.equal('Disk')
  })

  it('says as of when', async () => {
    const element = await shown()
    await until(element, /As of Nov 24, 2026/)
  })

  it('names the month of the bandwidth', async () => {
    const element = await shown()
    await until(element, 'Bandwidth, November 2026')
  })

  it('says what is nearly full', async () => {
    const element = await shown()
    await until(element, /9\.5 GB of 10 GB \(95%\) ⚠?\s*Nearly full/)
  })

  it('has no bar where there is no limit', async () => {
    const element = await shown()
    await until(element, /Inodes 12,345, unlimited/)
    expect(meters(element)).to.have.length(2)
  })

  it('says what may not be used at all', async () => {
    const element = await shown()
    await until(element, /Accounts 3, none allowed.*Over the limit/)
  })

  it('says what is over its limit', async () => {
    parts = [aPart('disk', { used: 12 * GB })]
    const element = await shown()
    await until(element, /12 GB of 10 GB \(120%\).*Over the limit/)
  })

  it('says that nothing is used of something', async () => {
    parts = [aPart('disk', { used: 0 })]
    const element = await shown()
    await until(element, /0 byte of 10 GB \(0%\)/)
  })

  it('has nothing that WCAG 2.2 AA forbids', async () => {
    const element = await shown()
    await untilState(element, 'ready')
    expect(await accessibilityFaults(element)).to.deep.equal([])
  })

  it('fits a page of 320 pixels', async () => {
    await setViewport({ width: 320, height: 800 })
    const element = await shown()
    await untilState(element, 'ready')
    expect(element.scrollWidth).to.be.at.most(element.clientWidth)
  })

  it('is in Arabic from right to left', async () => {
    const element = await shown({ lang: 'ar' })
    await until(element, 'الاستخدام')
    expect(element.shadowRoot?.querySelector('[dir="rtl"]')).not.to.equal(null)
  })
})

describe('a part that the server does not tell', () => {
  it('fails alone', async () => {
    parts = [
      aPart('disk'),
      aPart('inodes', { used: null, error: { code: 'x', params: {}, text: 'Not allowed.' } }),
    ]
    const element = await shown()
    await until(element, /Disk 2 GB of 10 GB.*Inodes .*Not allowed\./)
    expect(await accessibilityFaults(element)).to.deep.equal([])
  })

  it('is not called zero', async () => {
    parts = [aPart('disk', { used: null })]
    const element = await shown()
    await until(element, 'Disk Not known')
  })
})

describe('another month', () => {
  it('is chosen with the keyboard, and focus stays', async () => {
    const element = await shown()
    const choice = await the(element, 'combobox', /^Month/)
    choice.focus()
    // The list begins with the present month of the clock, or with the one shown if that is later.
    await key('End')
    await waitUntil(() => bff.sent('GET', '/usage').length === 2)
    await untilState(element, 'ready')
    expect(focused(element)).to.equal(choice)
    expect(bff.sent('GET', '/usage')[1]?.query.get('month')).to.match(/^\d{4}-\d{2}$/)
  })

  it('is asked for by attribute', async () => {
    const element = await shown({ month: '2026-03' })
    await until(element, 'Bandwidth, March 2026')
    expect(bff.asked[0]?.query.get('month')).to.equal('2026-03')
  })

  it('is read when the attribute changes', async () => {
    const element = await shown()
    await untilState(element, 'ready')
    element.month = '2026-05'
    await until(element, 'Bandwidth, May 2026')
  })

  it('that is none is not asked for', async () => {
    const element = await shown({ month: '2026-13' })
    await untilState(element, 'ready')
    expect(bff.asked[0]?.query.has('month')).to.equal(false)
  })

  it('leaves what is shown until it is there', async () => {
    const element = await shown()
    await untilState(element, 'ready')
    bff.on('GET', '/usage', () => new Promise<never>(() => {}))
    element.month = '2026-05'
    await untilState(element, 'busy')
    expect(seen(element)).to.include('Bandwidth, November 2026')
  })

  it('that cannot be had leaves what is shown, and says so', async () => {
    const element = await shown()
    await untilState(element, 'ready')
    bff.on('GET', '/usage', () => 'lost')
    element.month = '2026-05'
    await until(element, 'The service cannot be reached right now.')
    expect(seen(element)).to.include('Bandwidth, November 2026')
  })
})

describe('usage that has changed', () => {
  it('is read quietly', async () => {
    const element = await shown()
    await until(element, '2 GB of 10 GB')
    parts = [aPart('disk', { used: 3 * GB })]
    news('usage')
    await until(element, '3 GB of 10 GB')
  })
})

describe('a service without an account', () => {
  it('uses nothing, and that is said', async () => {
    bff.on('GET', '/usage', () => ({ body: { as_of: null, month: '2026-11', parts: [] } }))
    const element = await shown()
    await untilState(element, 'empty')
    await until(element, 'Nothing is used: there is no account.')
  })
})

describe('a server that cannot be asked', () => {
  it('is named in its own words, with another try', async () => {
    bff.on('GET', '/usage', () =>
      problem(503, 'server_unreachable', { detail: 'The server does not answer.' }),
    )
    const element = await shown()
    await until(element, 'The server does not answer.')
    await untilState(element, 'failed')
    answering()
    await press(element, 'button', 'Try again')
    await until(element, '2 GB of 10 GB')
  })
  it('leaves it to be seen what is missing', async () => {
    bff.on('GET', '/usage', () =>
      problem(503, 'server_unreachable', { detail: 'The server does not answer.' }),
    )
    const element = await shown()
    await untilState(element, 'failed')
    await until(element, /Usage.*The server does not answer\./)
  })
})
