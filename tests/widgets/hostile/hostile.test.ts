import { fixture, fixtureCleanup, waitUntil } from '@open-wc/testing-helpers'
import { setViewport } from '@web/test-runner-commands'
import { expect } from 'chai'
import { html } from 'lit'
import '../../../widgets/define/actions.ts'
import '../../../widgets/define/configuration.ts'
import '../../../widgets/define/usage.ts'
import type { ProvisionActions } from '../../../widgets/actions/provision-actions.ts'
import {
  FakeBff as ActionsBff,
  anAction,
  anOperation,
  aPreview,
  aProblem,
  text,
} from '../actions/fake-bff.ts'
import { all, press, until, untilState } from '../actions/person.ts'
import { aConfiguration, aTest, FakeBff as ConfigurationBff } from '../configuration/fake-bff.ts'
import { aField, shown as shownFields } from '../fields/scene.ts'
import { anEntry, shown as shownLogs } from '../logs/scene.ts'
import { ReadingBff } from '../reading-bff.ts'
import { comeAlive, hostile, poisoned, STRUCTURE, written } from './texts.ts'

declare global {
  interface Window {
    ran(where: string): void
  }
}

let ran: string[]
let restore: () => void

beforeEach(async () => {
  await setViewport({ width: 900, height: 900 })
  ran = []
  window.ran = (where) => ran.push(where)
})

afterEach(() => {
  fixtureCleanup()
  restore()
})

/** The texts are there to be read, as texts, and nothing else has come of them. */
function expectInert(element: Element, ...places: string[]): void {
  const read = written(element)
  expect(places.filter((place) => !read.includes(place))).to.deep.equal([], 'was not shown')
  expect(comeAlive(element)).to.deep.equal([], 'came alive')
  expect(ran).to.deep.equal([], 'was run')
}

async function shownActions(bff: ActionsBff, layout = 'panel'): Promise<ProvisionActions> {
  restore = () => bff.restore()
  const element = await fixture<ProvisionActions>(
    html`<provision-actions
      bff="https://bff.test"
      token="t"
      service="1042"
      layout=${layout}
    ></provision-actions>`,
  )
  await waitUntil(() => element.shadowRoot?.querySelector('[part~="base"]') !== null)
  return element
}

const poison = <T>(value: T): T => poisoned(value, STRUCTURE)

const form = {
  type: 'object' as const,
  properties: {
    plan: {
      type: 'string' as const,
      title: 'title',
      enum: ['one', 'two'],
      'x-provision': { labels: ['labels', 'labels'], help: 'help' },
    },
    note: {
      type: 'string' as const,
      title: 'title',
      'x-provision': { widget: 'textarea' as const },
    },
  },
  required: [],
  additionalProperties: false as const,
}

describe('what a hostile server says, in <provision-actions>', () => {
  it('is text in the state of the service and its notes', async () => {
    const bff = new ActionsBff(anAction('frobnicate', { label: hostile('label') }))
    bff.service = poison({ ...bff.service, notes: [text('note')] })
    const element = await shownActions(bff)
    await until(element, 'label')
    expectInert(element, 'label', 'state_label', 'text')
  })

  for (const layout of ['buttons', 'menu'])
    it(`is text as ${layout}`, async () => {
      const bff = new ActionsBff(
        poison(anAction('frobnicate')),
        poison(anAction('enter', { order: 2 })),
      )
      const element = await shownActions(bff, layout)
      await until(element, 'label')
      expectInert(element, 'label')
    })

  it('is text in the reasons of what is blocked', async () => {
    const bff = new ActionsBff(
      poison(
        anAction('frobnicate', { state: 'blocked', reasons: [{ ...text('reason'), remedy: 'r' }] }),
      ),
    )
    const element = await shownActions(bff)
    await waitUntil(() => written(element).includes('text'))
    for (const details of element.shadowRoot?.querySelectorAll('details') ?? []) details.open = true
    expectInert(element, 'label', 'text')
  })

  it('is text in a form, its choices and what is wrong with it', async () => {
    const bff = new ActionsBff(anAction('frobnicate', { label: 'Frobnicate', input: poison(form) }))
    bff.on('POST', '/actions/frobnicate', () =>
      aProblem(422, 'input_invalid', {
        title: hostile('problem'),
        detail: hostile('detail'),
        errors: [{ pointer: '/input/note', code: 'format', text: hostile('fault') }],
      }),
    )
    const element = await shownActions(bff)
    await press(element, 'button', 'Frobnicate')
    await waitUntil(() => written(element).includes('help'))
    expectInert(element, 'title', 'labels', 'help')
    const send = all(element, 'button', 'Frobnicate').at(-1)
    send?.click()
    await waitUntil(() => written(element).includes('fault'), 'no fault')
    expectInert(element, 'fault')
  })

  it('is text in the preview of what cannot be undone', async () => {
    const bff = new ActionsBff(
      anAction('erase', {
        label: 'Erase',
        danger: 'irreversible',
        confirmation: { preview: true, domain: true, accounts: true },
      }),
    )
    bff.on('POST', '/actions/erase/preview', () => ({ body: poison(aPreview()) }))
    const element = await shownActions(bff)
    await press(element, 'button', 'Erase')
    await waitUntil(() => written(element).includes('username'), 'no preview')
    expectInert(element, 'username', 'domain', 'text', 'label')
  })

  it('is text in an operation: its steps, warnings, and why it waits', async () => {
    const bff = new ActionsBff(anAction('frobnicate'))
    bff.operation = poison(
      anOperation({
        state: 'attention',
        waiting: { ...text('waiting'), until: null },
        warnings: [text('warning')],
        attention: { known: [text('known')], unknown: [text('unknown')], choices: [] },
        error: text('error'),
      }),
    )
    const element = await shownActions(bff)
    await waitUntil(() => written(element).includes('text'), 'no operation')
    expectInert(element, 'label', 'text')
  })

  it('is text in a result and its warnings', async () => {
    const bff = new ActionsBff(anAction('peek', { label: 'Peek', kind: 'read' }))
    bff.on('POST', '/actions/peek', () => ({
      body: {
        result: {
          show: [
            { key: 'a', label: hostile('name'), format: 'text', value: hostile('value') },
            { key: 'b', label: 'B', format: 'list', value: [hostile('item')] },
          ],
          changed: [],
        },
        warnings: [text(hostile('warning'))],
      },
    }))
    const element = await shownActions(bff)
    await press(element, 'button', 'Peek')
    await waitUntil(() => written(element).includes('value'), 'no result')
    expectInert(element, 'name', 'value', 'item', 'warning')
  })

  it('is text in a problem', async () => {
    const bff = new ActionsBff(anAction('frobnicate', { label: 'Frobnicate' }))
    bff.on('POST', '/actions/frobnicate', () =>
      aProblem(409, 'action_blocked', { title: hostile('problem'), detail: hostile('detail') }),
    )
    const element = await shownActions(bff)
    await press(element, 'button', 'Frobnicate')
    await waitUntil(() => written(element).includes('detail'), 'no problem')
    expectInert(element, 'detail')
  })
})

describe('an address a login must not open', () => {
  const login = anAction('enter', {
    label: 'Enter',
    kind: 'read',
    result: { open: true, changed: [] },
  })
  const ADDRESSES = [
    'javascript:window.opener?.ran("login")',
    'JaVaScRiPt:ran("login")',
    '\u0001javascript:ran("login")',
    'java\nscript:ran("login")',
    'data:text/html,<script>opener.ran("login")</script>',
    'vbscript:ran("login")',
    'blob:https://server.test/1',
    'http://server.test:2083/login',
    '//server.test/login',
    '/login',
    '',
  ]
  for (const address of ADDRESSES)
    it(`is ${JSON.stringify(address)}: no tab goes there, and nothing of it is on the page`, async () => {
      const bff = new ActionsBff(login)
      const went: string[] = []
      const open = window.open
      window.open = () => {
        const tab = {
          closed: false,
          opener: window,
          document: { body: { textContent: '' } },
          location: { replace: (url: string) => went.push(url) },
          close() {
            tab.closed = true
          },
        }
        // As much of a window as a tab that is only led somewhere needs.
        return tab as unknown as Window
      }
      bff.on('POST', '/actions/enter', () => ({
        body: { result: { show: [], open: address, changed: [] }, warnings: [] },
      }))
      const element = await shownActions(bff)
      await press(element, 'button', 'Enter')
      await untilState(element, 'failed')
      window.open = open
      expect(went).to.deep.equal([])
      expectInert(element)
      if (address !== '' && address !== '/login') expect(written(element)).not.to.include(address)
    })
})

describe('what a hostile server says, where it is only read', () => {
  let bff: ReadingBff
  beforeEach(() => {
    bff = new ReadingBff()
    restore = () => bff.restore()
  })

  it('is text in <provision-fields>', async () => {
    bff.on('GET', '/fields', () => ({
      body: {
        viewer: 'staff',
        fields: poison([
          aField('label', { editable: true }),
          aField('nameservers', { value: ['value', 'value'] }),
          aField('owner', { source: 'server', changed_by: 'x', changed_by_label: 'y' }),
        ]),
      },
    }))
    const element = await shownFields()
    await until(element, 'label')
    expectInert(element, 'label', 'value', 'group_label')
  })

  it('is text in <provision-logs>', async () => {
    bff.on('GET', '/logs', () => ({
      body: {
        entries: [
          poison(
            anEntry(1, {
              reason: 'reason',
              actor: { role: 'staff', label: 'actor', act: 'act' },
              detail: [{ label: 'detail', value: 'value' }],
            }),
          ),
        ],
        next: null,
      },
    }))
    const element = await shownLogs()
    await waitUntil(() => written(element).includes('action_label'), 'no entry')
    for (const details of element.shadowRoot?.querySelectorAll('details') ?? []) details.open = true
    expectInert(element, 'text', 'reason', 'action_label')
  })

  it('is text in <provision-usage>', async () => {
    bff.on('GET', '/usage', () => ({
      body: poison({
        as_of: '2026-11-24T10:00:00Z',
        month: '2026-11',
        parts: [
          { key: 'disk', label: 'label', used: 1, limit: 2, unit: 'bytes' },
          {
            key: 'bandwidth',
            label: 'label',
            used: null,
            limit: null,
            unit: 'bytes',
            error: { code: 'x', params: {}, text: 'text' },
          },
        ],
      }),
    }))
    const element = await fixture(
      html`<provision-usage bff="https://bff.test" token="t" service="1042"></provision-usage>`,
    )
    await waitUntil(() => written(element).includes('label'), 'no usage')
    expectInert(element, 'label', 'text')
  })
})

describe('what a hostile server says, in <provision-configuration>', () => {
  it('is text in its test, certificate and rights', async () => {
    const bff = new ConfigurationBff(
      poison(
        aConfiguration('alpha', {
          test: aTest('certificate', 'text', {
            version: 'version',
            certificate: {
              fingerprint: 'AB',
              subject: 'subject',
              issuer: 'issuer',
              valid_to: '2027-01-01T00:00:00Z',
            },
          }),
          rights: [{ action: 'create', label: 'label', ok: false, missing: ['missing'] }],
        }),
      ),
    )
    restore = () => bff.restore()
    const element = await fixture(
      html`<provision-configuration bff="https://bff.test" token="t"></provision-configuration>`,
    )
    await waitUntil(() => written(element).includes('label'), 'no server')
    for (const details of element.shadowRoot?.querySelectorAll('details') ?? []) details.open = true
    expectInert(element, 'label', 'host', 'text')
  })
})

describe('the look for what came alive', () => {
  it('finds what is written into a page as HTML', async () => {
    const element = await fixture(html`<div></div>`)
    restore = () => undefined
    element.attachShadow({ mode: 'open' }).innerHTML = `<p>fine</p>${hostile('here')}`
    const alive = await waitUntil(() => comeAlive(element).length > 0).then(() => true)
    expect(alive).to.equal(true)
  })
})
