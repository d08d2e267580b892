import { fixture, fixtureCleanup } from '@open-wc/testing-helpers'
import { setViewport } from '@web/test-runner-commands'
import { expect } from 'chai'
import { html } from 'lit'
import '../../../widgets/define/actions.ts'
import type { ProvisionActions } from '../../../widgets/actions/provision-actions.ts'
import { anAction, anOperation, FakeBff, text } from './fake-bff.ts'
import { all, focused, key, press, the, until, untilState } from './person.ts'

let bff: FakeBff

async function shown(layout = 'panel', actions = 'all'): Promise<ProvisionActions> {
  const element = await fixture<ProvisionActions>(
    html`<provision-actions
      bff="https://bff.test"
      token="t"
      service="1042"
      layout=${layout}
      actions=${actions}
    ></provision-actions>`,
  )
  return element
}

const names = (element: Element) => all(element, 'button').map((one) => one.textContent?.trim())

beforeEach(async () => {
  await setViewport({ width: 900, height: 800 })
  bff = new FakeBff(
    anAction('erase', {
      label: 'Erase',
      danger: 'irreversible',
      group: 'danger',
      group_label: 'Dangerous',
      order: 9,
    }),
    anAction('look', { label: 'Look', kind: 'read', order: 2 }),
    anAction('open', {
      label: 'Open',
      highlight: true,
      order: 3,
      group: 'access',
      group_label: 'Access',
    }),
    anAction('paint', {
      label: 'Paint',
      state: 'blocked',
      reasons: [
        {
          ...text('The token lacks paint.'),
          remedy: 'Give it paint.',
          until: '2026-11-24T11:00:00Z',
        },
      ],
    }),
  )
})

afterEach(() => {
  fixtureCleanup()
  bff.restore()
})

describe('a service with actions', () => {
  it('shows its state as a word, since when and as of when', async () => {
    const element = await shown()
    await until(element, /Active.*Since Nov 3, 2026.*As of Nov 24, 2026/)
  })

  it('says beside the state what must be known', async () => {
    bff.service = { ...bff.service, notes: [text('Please call us.')] }
    const element = await shown()
    await until(element, /Active.*Please call us\./)
  })

  it('puts dangerous ones last', async () => {
    const element = await shown()
    await untilState(element, 'ready')
    expect(names(element)).to.deep.equal(['Look', 'Open', 'Erase', 'Unavailable now (1)'])
  })

  it('names the groups', async () => {
    const element = await shown()
    await untilState(element, 'ready')
    expect(all(element, 'group').map((one) => one.getAttribute('aria-labelledby'))).to.have.length(
      3,
    )
    await the(element, 'group', 'Dangerous')
  })

  it('tells on demand why one is unavailable, what helps, and until when', async () => {
    const element = await shown()
    await press(element, 'button', 'Unavailable now (1)')
    await until(element, /Paint The token lacks paint\. Give it paint\. Until Nov 24, 2026/)
  })

  it('looks again while one is unavailable until a time', async () => {
    const element = await shown('buttons')
    await untilState(element, 'ready')
    bff.actions = [anAction('paint', { label: 'Paint' })]
    await until(element, /^(?!.*Unavailable).*Paint/s)
    expect(names(element)).to.deep.equal(['Paint'])
  })

  it('shows what the page names, in that order, and no more', async () => {
    const element = await shown('buttons', 'open, look')
    await untilState(element, 'ready')
    expect(names(element)).to.deep.equal(['Open', 'Look'])
  })

  it('warns once of a name that is not offered', async () => {
    const warnings: string[] = []
    const warn = console.warn
    console.warn = (said: string) => warnings.push(said)
    const element = await shown('panel', 'open nonsense')
    await untilState(element, 'ready')
    await element.refresh()
    console.warn = warn
    expect(warnings.filter((said) => said.includes('nonsense'))).to.have.length(1)
  })

  it('says so when nothing is allowed', async () => {
    bff.actions = []
    const element = await shown()
    await untilState(element, 'empty')
    await until(element, 'There is nothing to show.')
  })
})

describe('the layout for lists of products', () => {
  it('shows the highlighted action and a menu', async () => {
    const element = await shown('menu')
    await untilState(element, 'ready')
    expect(names(element)).to.deep.equal(['Open', 'More actions ▾'])
  })

  it('opens with an arrow key on the first item', async () => {
    const element = await shown('menu')
    ;(await the(element, 'button', /More actions/)).focus()
    await key('ArrowDown')
    expect(focused(element)?.textContent?.trim()).to.equal('Look')
  })

  it('moves by arrows, round the ends', async () => {
    const element = await shown('menu')
    ;(await the(element, 'button', /More actions/)).focus()
    await key('ArrowUp')
    expect(focused(element)?.textContent?.trim()).to.match(/^Paint/)
    await key('ArrowDown')
    expect(focused(element)?.textContent?.trim()).to.equal('Look')
  })

  it('moves to what is typed', async () => {
    const element = await shown('menu')
    ;(await the(element, 'button', /More actions/)).focus()
    await key('Enter')
    await the(element, 'menuitem', 'Erase')
    await key('e')
    expect(focused(element)?.textContent?.trim()).to.equal('Erase')
  })

  it('closes with Escape, and focus is on its button again', async () => {
    const element = await shown('menu')
    ;(await the(element, 'button', /More actions/)).focus()
    await key('ArrowDown')
    await key('Escape')
    expect(all(element, 'menu')).to.have.length(0)
    expect(focused(element)).to.equal(await the(element, 'button', /More actions/))
  })

  it('says of a blocked item why, and does not do it', async () => {
    const element = await shown('menu')
    await press(element, 'button', /More actions/)
    await press(element, 'menuitem', /Paint The token lacks paint/)
    expect(bff.count('POST', '/actions/paint')).to.equal(0)
  })
})

describe('an operation that runs', () => {
  it('holds changes and lets reading through', async () => {
    bff.operation = anOperation()
    bff.on('POST', '/actions/look', () => ({
      body: { result: { show: [], changed: [] }, warnings: [] },
    }))
    const element = await shown()
    await untilState(element, 'busy')
    const open = await the(element, 'button', 'Open')
    expect(open.getAttribute('aria-disabled')).to.equal('true')
    await press(element, 'button', 'Look')
    await the(element, 'dialog', 'Look')
  })
})
