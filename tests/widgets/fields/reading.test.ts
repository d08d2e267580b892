import { fixture, fixtureCleanup, waitUntil } from '@open-wc/testing-helpers'
import { setViewport } from '@web/test-runner-commands'
import { expect } from 'chai'
import { html } from 'lit'
import type { ProvisionFields } from '../../../widgets/fields/provision-fields.ts'
import { all, focused, key, press, seen, the, until, untilState } from '../actions/person.ts'
import { accessibilityFaults } from '../axe.ts'
import { news } from '../news.ts'
import { problem } from '../reading-bff.ts'
import { aField, fieldsBff, shown } from './scene.ts'

let desk: ReturnType<typeof fieldsBff>

beforeEach(async () => {
  await setViewport({ width: 900, height: 800 })
  desk = fieldsBff()
})

afterEach(() => {
  fixtureCleanup()
  desk.bff.restore()
})

describe('the details of a service', () => {
  it('are shown with who says them and since when', async () => {
    const element = await shown()
    await until(element, /Label Gold hosting.*from the order, Nov 24, 2026/)
  })

  it('stand in groups', async () => {
    const element = await shown()
    await untilState(element, 'ready')
    await the(element, 'group', 'Our record')
    await the(element, 'group', 'Hosting')
    await the(element, 'group', 'Access')
  })

  it('show every item of a list', async () => {
    const element = await shown()
    await until(element, /ns1\.example ns2\.example/)
  })

  it('say what is not set', async () => {
    const element = await shown()
    await until(element, /Note Not set/)
  })

  it('have nothing that WCAG 2.2 AA forbids', async () => {
    const element = await shown()
    await until(element, /use “Change package”/)
    expect(await accessibilityFaults(element)).to.deep.equal([])
  })

  it('fit a page of 320 pixels', async () => {
    await setViewport({ width: 320, height: 800 })
    desk.fields = [aField('domain', { value: `${'a'.repeat(60)}.${'b'.repeat(60)}.example` })]
    const element = await shown()
    await untilState(element, 'ready')
    expect(element.scrollWidth).to.be.at.most(element.clientWidth)
  })

  it('are copied, and that is said', async () => {
    const written: string[] = []
    const real = navigator.clipboard.writeText
    navigator.clipboard.writeText = async (text) => void written.push(text)
    const element = await shown()
    await press(element, 'button', 'Copy Nameservers')
    await until(element, 'Copied')
    navigator.clipboard.writeText = real
    expect(written).to.deep.equal(['ns1.example\nns2.example'])
  })
})

describe('more details than are shown at first', () => {
  it('are four unless the page says otherwise', async () => {
    const element = await shown({ show: '' })
    await untilState(element, 'ready')
    expect(seen(element)).not.to.include('R-1')
    expect(seen(element)).to.include('alice')
  })

  it('are all seen at the press of a key, and folded again', async () => {
    const element = await shown({ show: '2' })
    ;(await the(element, 'button', 'Show all (6)')).focus()
    await key('Enter')
    await until(element, 'R-1')
    expect(focused(element)?.textContent?.trim()).to.equal('Show fewer')
    await key('Enter')
    await waitUntil(() => !seen(element).includes('R-1'))
  })

  it('need no button when all are shown', async () => {
    const element = await shown({ show: '6' })
    await untilState(element, 'ready')
    expect(all(element, 'button', /Show all/)).to.have.length(0)
  })
})

describe('what a client sees', () => {
  beforeEach(() => {
    desk.bff.restore()
    desk = fieldsBff('client', [
      aField('package', { source: 'server', changed_by: 'change-package', value: 'gold' }),
    ])
  })

  it('is titled for clients', async () => {
    const element = await shown()
    await the(element, 'heading', 'Web hosting details')
  })

  it('points to no action the client may not do', async () => {
    const element = await shown()
    await untilState(element, 'ready')
    expect(seen(element)).not.to.include('To change it')
  })

  it('is in Arabic from right to left', async () => {
    const element = await shown({ lang: 'ar' })
    await until(element, 'تفاصيل استضافة الويب')
    expect(element.shadowRoot?.querySelector('[dir="rtl"]')).not.to.equal(null)
    expect(desk.bff.asked[0]?.language).to.equal('ar')
  })
})

describe('a value of the server', () => {
  it('cannot be edited', async () => {
    const element = await shown()
    await untilState(element, 'ready')
    expect(all(element, 'button', 'Edit Package')).to.have.length(0)
  })

  it('names the action that changes it', async () => {
    const element = await shown()
    await until(element, /Package gold.*To change it, use “Change package”\./)
  })

  it('names none that this person may not do', async () => {
    desk.fields = [aField('package', { source: 'server', changed_by: 'change-package' })]
    const element = await shown()
    await untilState(element, 'ready')
    expect(seen(element)).not.to.include('To change it')
  })
})

describe('news of the fields', () => {
  it('are read quietly', async () => {
    const element = await shown()
    await until(element, 'gold')
    desk.fields = [aField('package', { value: 'silver' })]
    news('fields')
    await until(element, 'silver')
  })

  it('that cannot be had leave what is shown, and say so', async () => {
    const element = await shown()
    await until(element, 'gold')
    desk.bff.on('GET', '/fields', () => 'lost')
    news('fields')
    await until(element, 'The service cannot be reached right now.')
    expect(seen(element)).to.include('gold')
  })
})

describe('fields that cannot be had', () => {
  it('are forbidden', async () => {
    desk.bff.on('GET', '/fields', () => problem(403, 'insufficient_scope'))
    const element = await shown()
    await untilState(element, 'forbidden')
    expect(await accessibilityFaults(element)).to.deep.equal([])
  })

  it('are read again at the press of a button', async () => {
    desk.bff.on('GET', '/fields', () => 'lost')
    const element = await shown()
    await untilState(element, 'offline')
    desk.bff.on('GET', '/fields', () => ({ body: { viewer: 'staff', fields: [aField('x')] } }))
    await press(element, 'button', 'Try again')
    await until(element, 'the x')
  })

  it('are none', async () => {
    desk.fields = []
    const element = await shown()
    await untilState(element, 'empty')
    await until(element, 'There is nothing to show.')
  })
})

describe('another service in the same element', () => {
  it('shows nothing of the first', async () => {
    const element = await shown()
    await until(element, 'gold')
    desk.bff.on('GET', '/fields', () => new Promise<never>(() => {}))
    element.service = '1043'
    await until(element, 'Loading…')
    expect(seen(element)).not.to.include('gold')
  })
})

describe('an element without a service', () => {
  it('is empty and asks nothing', async () => {
    const element = await fixture<ProvisionFields>(
      html`<provision-fields bff="https://bff.test" token="t"></provision-fields>`,
    )
    await untilState(element, 'empty')
    expect(desk.bff.asked).to.deep.equal([])
  })
})
