import { fixture, fixtureCleanup } from '@open-wc/testing-helpers'
import { setViewport } from '@web/test-runner-commands'
import { expect } from 'chai'
import { html } from 'lit'
import '../../../widgets/define/actions.ts'
import type { ProvisionActions } from '../../../widgets/actions/provision-actions.ts'
import { anAction, anOperation, aPreview, FakeBff, text } from './fake-bff.ts'
import { all, click, focused, press, the, type, until } from './person.ts'

let bff: FakeBff

const DUE = '2026-12-03T00:00:00.000Z'
const planned = (more: Parameters<typeof anOperation>[0] = {}) =>
  anOperation({
    action: 'erase',
    label: 'Erase',
    state: 'scheduled',
    due_at: DUE,
    steps: [],
    progress: { done: 0, total: 0 },
    waiting: { ...text('Planned for December 3, 2026 (UTC): 8 days left.'), until: null },
    can: ['cancel'],
    ...more,
  })

async function shown(): Promise<ProvisionActions> {
  return fixture<ProvisionActions>(
    html`<provision-actions bff="https://bff.test" token="t" service="1042"></provision-actions>`,
  )
}

/** Fills a date as the native control does, whatever the order of its parts in this language. */
async function choose(element: ProvisionActions, day: string): Promise<void> {
  const field = await the<HTMLInputElement>(element, 'date', 'Delete on')
  field.value = day
  field.dispatchEvent(new Event('input', { bubbles: true }))
}

beforeEach(async () => {
  await setViewport({ width: 900, height: 800 })
  bff = new FakeBff(
    anAction('erase', {
      label: 'Erase',
      danger: 'irreversible',
      confirmation: { preview: true, domain: true, accounts: true },
      input: {
        type: 'object',
        required: ['date'],
        additionalProperties: false,
        properties: {
          when: {
            type: 'string',
            title: 'When',
            enum: ['now', 'on_date'],
            default: 'now',
            'x-provision': { widget: 'radio', labels: ['Now', 'On a date'] },
          },
          date: {
            type: 'string',
            title: 'Delete on',
            format: 'date',
            minimum: '2026-11-26',
            maximum: '2027-11-25',
            'x-provision': { widget: 'date', show_if: { field: 'when', equals: 'on_date' } },
          },
        },
      },
    }),
  )
  bff.on('POST', '/preview', () => ({
    body: aPreview({ accounts: [{ username: 'alice', domain: 'alice.example', owner: 'root' }] }),
  }))
})

afterEach(() => {
  fixtureCleanup()
  bff.restore()
})

describe('a form that asks for a day', () => {
  it('asks for none until one is wanted', async () => {
    const element = await shown()
    await press(element, 'button', 'Erase')
    await the(element, 'radio', 'Now')
    expect(all(element, 'date')).to.have.length(0)
  })

  it('offers the days that are allowed, in the browser’s own calendar', async () => {
    const element = await shown()
    await press(element, 'button', 'Erase')
    await press(element, 'radio', 'On a date')
    const { min, max } = await the<HTMLInputElement>(element, 'date', 'Delete on')
    expect([min, max]).to.deep.equal(['2026-11-26', '2027-11-25'])
  })

  for (const [what, day, fault] of [
    ['too early', '2026-11-25', 'Not before November 26, 2026.'],
    ['too late', '2027-11-26', 'Not after November 25, 2027.'],
    ['missing', '', 'Fill this in.'],
  ] as const)
    it(`says what is wrong with one that is ${what}, where it is`, async () => {
      const element = await shown()
      await press(element, 'button', 'Erase')
      await press(element, 'radio', 'On a date')
      await choose(element, day)
      await press(element, 'button', 'Continue')
      await until(element, fault)
      expect(focused(element)).to.equal(await the(element, 'date', 'Delete on'))
    })

  it('sends the day that was confirmed', async () => {
    const element = await shown()
    await press(element, 'button', 'Erase')
    await press(element, 'radio', 'On a date')
    await choose(element, '2026-12-03')
    await press(element, 'button', 'Continue')
    await type(element, /to confirm/, 'alice.example')
    await click(element.shadowRoot?.querySelector<HTMLElement>('dialog button.solid') ?? element)
    await until(element, 'Frobnicate – running')
    const [sent] = bff.sent('POST', '/actions/erase')
    expect(sent?.body).to.have.deep.property('input', { when: 'on_date', date: '2026-12-03' })
  })
})

describe('what is planned for a day', () => {
  it('is shown with the days that are left', async () => {
    bff.scheduled = planned()
    const element = await shown()
    await until(element, 'Planned for December 3, 2026 (UTC): 8 days left.')
  })

  it('keeps no action from being taken', async () => {
    bff.scheduled = planned()
    const element = await shown()
    const button = await the<HTMLButtonElement>(element, 'button', 'Erase')
    expect(button.disabled || button.getAttribute('aria-disabled') === 'true').to.equal(false)
  })

  it('is shown once when it has begun', async () => {
    bff.scheduled = planned()
    bff.operation = planned({ state: 'running', label: 'Erase, as planned', version: 2 })
    const element = await shown()
    await until(element, 'Erase, as planned – running')
    expect(element.shadowRoot?.querySelectorAll('.operation')).to.have.length(1)
  })
})
