import { fixture, fixtureCleanup, waitUntil } from '@open-wc/testing-helpers'
import { setViewport } from '@web/test-runner-commands'
import { expect } from 'chai'
import { html } from 'lit'
import '../../../widgets/define/actions.ts'
import type { ProvisionActionRequestEvent } from '../../../widgets/actions/action-request-event.ts'
import type { ProvisionActions } from '../../../widgets/actions/provision-actions.ts'
import { anAction, anOperation, aPreview, aProblem, FakeBff, text } from './fake-bff.ts'
import { all, click, focused, key, press, the, type, until, untilState } from './person.ts'

let bff: FakeBff

async function shown(layout = 'panel'): Promise<ProvisionActions> {
  const element = await fixture<ProvisionActions>(
    html`<provision-actions
      bff="https://bff.test"
      token="t"
      service="1042"
      layout=${layout}
    ></provision-actions>`,
  )
  await waitUntil(() => element.shadowRoot?.querySelector('[part~="action"]') !== null)
  return element
}

const plain = anAction('frobnicate', { label: 'Frobnicate' })
const grave = anAction('erase', {
  label: 'Erase',
  danger: 'irreversible',
  confirmation: { preview: true, domain: true, accounts: true },
})
const secret = anAction('rekey', {
  label: 'Rekey',
  input: {
    type: 'object',
    properties: {
      pass: {
        type: 'string',
        title: 'Pass phrase',
        'x-provision': { widget: 'password', secret: true },
      },
      name: { type: 'string', title: 'Name', maxLength: 8 },
    },
    required: ['pass'],
    additionalProperties: false,
  },
})
const login = anAction('enter', {
  label: 'Enter',
  kind: 'read',
  result: { open: true, changed: [] },
})

beforeEach(async () => {
  await setViewport({ width: 900, height: 800 })
  bff = new FakeBff(plain, grave, secret, login)
})

afterEach(() => {
  fixtureCleanup()
  bff.restore()
})

describe('an action without a form', () => {
  it('is sent once by a double click', async () => {
    const element = await shown()
    const button = await the(element, 'button', 'Frobnicate')
    button.click()
    button.click()
    await until(element, 'Frobnicate – running')
    expect(bff.count('POST', '/actions/frobnicate')).to.equal(1)
  })

  it('is no success before the operation has succeeded', async () => {
    const element = await shown()
    const states: string[] = []
    element.addEventListener('provision-state', (event) => states.push(event.state))
    await press(element, 'button', 'Frobnicate')
    await until(element, 'Frobnicate – running')
    expect(states).not.to.include('succeeded')
    bff.operation = anOperation({
      state: 'succeeded',
      version: 2,
      finished_at: '2026-11-24T10:01:00Z',
      progress: { done: 1, total: 1 },
      can: [],
    })
    await untilState(element, 'succeeded')
    await until(element, 'Frobnicate – done')
  })

  it('is told to the page as it goes', async () => {
    const element = await shown()
    const told: string[] = []
    element.addEventListener('provision-operation', (event) => told.push(event.operation.state))
    await press(element, 'button', 'Frobnicate')
    bff.operation = anOperation({
      state: 'failed',
      version: 2,
      finished_at: 'x',
      error: text('No.'),
    })
    await untilState(element, 'failed')
    expect(told).to.deep.equal(['running', 'failed'])
  })

  it('can be stopped by the page', async () => {
    const element = await shown()
    element.addEventListener('provision-action-request', (event) => event.preventDefault())
    await press(element, 'button', 'Frobnicate')
    await untilState(element, 'ready')
    expect(bff.count('POST', '/actions/frobnicate')).to.equal(0)
  })

  it('waits for the page’s answer', async () => {
    const element = await shown()
    let allow = (_answer: boolean) => {}
    element.addEventListener('provision-action-request', (event) =>
      event.respondWith(
        new Promise((resolve) => {
          allow = resolve
        }),
      ),
    )
    await press(element, 'button', 'Frobnicate')
    expect(bff.count('POST', '/actions/frobnicate')).to.equal(0)
    allow(true)
    await waitUntil(() => bff.count('POST', '/actions/frobnicate') === 1)
  })
})

describe('an answer that is lost', () => {
  it('is asked for again with the same key', async () => {
    let times = 0
    bff.on('POST', '/actions/frobnicate', () => {
      bff.operation = anOperation()
      return times++ === 0 ? 'lost' : { status: 202, body: bff.operation }
    })
    const element = await shown()
    await press(element, 'button', 'Frobnicate')
    await until(element, 'Frobnicate – running')
    const keys = bff.sent('POST', '/actions/frobnicate').map((one) => one.key)
    expect(keys).to.have.length(2)
    expect(keys[0]).to.be.a('string').with.length.greaterThan(30)
    expect(keys[1]).to.equal(keys[0])
  })

  it('is asked for by hand with the same key too', async () => {
    let times = 0
    bff.on('POST', '/actions/frobnicate', () => {
      bff.operation ??= anOperation()
      return times++ === 0
        ? aProblem(503, 'server_unreachable', { retryable: true })
        : { status: 202, body: bff.operation }
    })
    const element = await shown()
    await press(element, 'button', 'Frobnicate')
    await press(element, 'button', 'Try again')
    await until(element, 'Frobnicate – running')
    const keys = bff.sent('POST', '/actions/frobnicate').map((one) => one.key)
    expect(keys[1]).to.equal(keys[0])
  })
})

describe('another gesture', () => {
  it('has a key of its own', async () => {
    bff.on('POST', '/actions/frobnicate', () => aProblem(409, 'already_so'))
    const element = await shown()
    for (const _ of [1, 2]) {
      await press(element, 'button', 'Frobnicate')
      await until(element, 'Problem already_so')
      await press(element, 'button', 'Close')
    }
    const [one, two] = bff.sent('POST', '/actions/frobnicate').map((each) => each.key)
    expect(one).not.to.equal(two)
  })
})

describe('an operation somebody else has begun', () => {
  it('is followed in place of a second one', async () => {
    const running = anOperation({ label: 'Other', by: { role: 'staff', label: 'Bea' } })
    bff.on('POST', '/actions/frobnicate', () => {
      bff.operation = running
      return aProblem(409, 'operation_running', { operation: running })
    })
    const element = await shown()
    await press(element, 'button', 'Frobnicate')
    await until(element, /Other – running.*Started by Bea/)
  })

  it('is followed after a reload', async () => {
    bff.operation = anOperation()
    const element = await shown()
    await until(element, 'Frobnicate – running')
    bff.operation = anOperation({ state: 'succeeded', version: 2, finished_at: 'x', can: [] })
    await until(element, 'Frobnicate – done')
  })
})

describe('a dangerous action', () => {
  it('shows accounts by name, limits, effects and what cannot be undone', async () => {
    const element = await shown()
    await press(element, 'button', 'Erase')
    await the(element, 'alertdialog', 'Erase?')
    await until(
      element,
      /The knob is turned.*alice alice\.example.*Disk space 1 GB Unlimited.*cannot be turned back/,
    )
  })

  it('begins at its heading, far from the button that does it', async () => {
    const element = await shown()
    await press(element, 'button', 'Erase')
    await the(element, 'alertdialog', 'Erase?')
    expect(focused(element)?.textContent).to.equal('Erase?')
  })

  it('is not sent without the domain and each account', async () => {
    const element = await shown()
    await press(element, 'button', 'Erase')
    const dialog = await the(element, 'alertdialog', 'Erase?')
    const act = all(element, 'button', 'Erase').find((one) => dialog.contains(one))
    if (act === undefined) throw new Error('no button')
    await click(act)
    await until(element, /Confirm each account\..*This is not the domain\./)
    expect(focused(element)).to.equal(await the(element, 'checkbox'))
    expect(bff.count('POST', '/actions/erase')).to.equal(0)
  })

  it('is sent with what was confirmed, by keyboard alone', async () => {
    const element = await shown()
    ;(await the(element, 'button', 'Erase')).focus()
    await key('Enter')
    await the(element, 'alertdialog', 'Erase?')
    await key('Tab')
    await key('Space')
    await key('Tab')
    await key('Space')
    await type(element, 'Type alice.example to confirm', 'Alice.Example')
    await key('Enter')
    await waitUntil(() => bff.count('POST', '/actions/erase') === 1)
    expect(bff.sent('POST', '/actions/erase')[0]?.body).to.deep.equal({
      input: {},
      confirmation: { digest: 'digest-1', domain: 'alice.example', accounts: ['bob', 'alice'] },
    })
  })

  it('on one account alone asks for no tick', async () => {
    const alice = { username: 'alice', domain: 'alice.example', owner: 'root' }
    bff.on('POST', '/actions/erase/preview', () => ({
      status: 200,
      body: aPreview({ accounts: [alice] }),
    }))
    const element = await shown()
    await press(element, 'button', 'Erase')
    await the(element, 'alertdialog', 'Erase?')
    await type(element, 'Type alice.example to confirm', 'alice.example')
    await key('Enter')
    await waitUntil(() => bff.count('POST', '/actions/erase') === 1)
    expect(bff.sent('POST', '/actions/erase')[0]?.body).to.deep.equal({
      input: {},
      confirmation: { digest: 'digest-1', domain: 'alice.example', accounts: ['alice'] },
    })
  })

  it('is left by Escape, and focus is where it was', async () => {
    const element = await shown()
    await press(element, 'button', 'Erase')
    await the(element, 'alertdialog', 'Erase?')
    await key('Escape')
    expect(all(element, 'alertdialog')).to.have.length(0)
    expect(focused(element)).to.equal(await the(element, 'button', 'Erase'))
    expect(bff.count('POST', '/actions/erase')).to.equal(0)
  })

  it('is shown anew when things have changed', async () => {
    bff.on('POST', '/actions/erase', () => aProblem(409, 'preview_outdated'))
    const element = await shown()
    await press(element, 'button', 'Erase')
    await press(element, 'checkbox', /^bob/)
    await press(element, 'checkbox', /^alice/)
    await type(element, /Type alice/, 'alice.example')
    await key('Enter')
    await until(element, 'Problem preview_outdated')
    await the(element, 'alertdialog', 'Erase?')
    expect(bff.count('POST', '/actions/erase/preview')).to.equal(2)
  })

  it('keeps its dialog while it is being sent', async () => {
    let answer = (_: { status: number; body: unknown }) => {}
    bff.on(
      'POST',
      '/actions/erase',
      () =>
        new Promise((resolve) => {
          answer = resolve
        }),
    )
    const element = await shown()
    await press(element, 'button', 'Erase')
    await press(element, 'checkbox', /^bob/)
    await press(element, 'checkbox', /^alice/)
    await type(element, /Type alice/, 'alice.example')
    await key('Enter')
    await until(element, 'Sending…')
    await key('Escape')
    await the(element, 'dialog', 'Erase')
    bff.operation = anOperation()
    answer({ status: 202, body: bff.operation })
    await until(element, 'Frobnicate – running')
    expect(all(element, 'dialog')).to.have.length(0)
    expect(focused(element)?.getAttribute('part')).to.equal('operation')
  })
})

describe('a password', () => {
  it('is made to be strong, and shown before it is sent', async () => {
    bff.on('GET', '/choices/password-policy', () => ({ body: { create: 65, change: null } }))
    const element = await shown()
    await press(element, 'button', 'Rekey')
    await until(element, 'a strength of 65 of 100')
    await press(element, 'button', 'Generate')
    const field = await the<HTMLInputElement>(element, 'textbox', 'Pass phrase')
    expect(field.value).to.match(/[a-z]/).and.match(/[A-Z]/).and.match(/[2-9]/)
    expect(field.value).to.have.length(20)
    expect(field.type).to.equal('text')
    await the(element, 'button', 'Copy Pass phrase')
  })

  it('is kept in the result until it is dismissed, and then nowhere', async () => {
    bff.operation = undefined
    bff.on('POST', '/actions/rekey', () => {
      bff.operation = anOperation({ label: 'Rekey', state: 'succeeded', finished_at: 'x', can: [] })
      return { status: 202, body: bff.operation }
    })
    const element = await shown()
    await press(element, 'button', 'Rekey')
    await type(element, 'Pass phrase', 'correct horse 1')
    await key('Enter')
    await until(element, 'Rekey – done')
    expect(element.shadowRoot?.textContent).not.to.include('correct horse 1')
    await press(element, 'button', 'Show Pass phrase')
    await until(element, 'correct horse 1')
    await press(element, 'button', 'Dismiss')
    await untilState(element, 'ready')
    expect(element.shadowRoot?.textContent).not.to.include('correct horse 1')
  })

  it('is not told to the page', async () => {
    const element = await shown()
    let told: ProvisionActionRequestEvent | undefined
    element.addEventListener('provision-action-request', (event) => {
      told = event
    })
    await press(element, 'button', 'Rekey')
    await type(element, 'Pass phrase', 'correct horse 1')
    await type(element, /^Name/, 'x')
    await key('Enter')
    await untilState(element, 'busy')
    expect(told?.input).to.deep.equal({ name: 'x' })
  })

  it('is wiped when the page is left', async () => {
    const element = await shown()
    await press(element, 'button', 'Rekey')
    await type(element, 'Pass phrase', 'correct horse 1')
    const field = await the<HTMLInputElement>(element, 'textbox', 'Pass phrase')
    window.dispatchEvent(new PageTransitionEvent('pagehide'))
    expect(field.value).to.equal('')
    await waitUntil(() => all(element, 'dialog').length === 0)
  })

  it('is wiped when another service is shown', async () => {
    const element = await shown()
    await press(element, 'button', 'Rekey')
    await type(element, 'Pass phrase', 'correct horse 1')
    element.service = '1043'
    await waitUntil(() => all(element, 'dialog').length === 0)
    await untilState(element, 'ready')
    await press(element, 'button', 'Rekey')
    expect((await the<HTMLInputElement>(element, 'textbox', 'Pass phrase')).value).to.equal('')
  })
})

describe('an input the BFF finds fault with', () => {
  it('is shown with the fault at its field, and focus there', async () => {
    bff.on('POST', '/actions/rekey', () =>
      aProblem(422, 'input_invalid', {
        errors: [{ pointer: '/input/name', code: 'taken', text: 'This is taken.' }],
      }),
    )
    const element = await shown()
    await press(element, 'button', 'Rekey')
    await type(element, 'Pass phrase', 'correct horse 1')
    await type(element, /^Name/, 'x')
    await key('Enter')
    await until(element, 'This is taken.')
    const field = await the<HTMLInputElement>(element, 'textbox', /^Name/)
    await waitUntil(() => focused(element) === field, 'focus on the fault')
    expect(field.value).to.equal('x')
    expect(field.getAttribute('aria-invalid')).to.equal('true')
  })
})

describe('logging in', () => {
  const url = 'https://server.test:2083/cpsess123/login?session=once'
  const realOpen = window.open
  afterEach(() => {
    window.open = realOpen
  })

  function tab() {
    return {
      closed: false,
      opener: window as Window | null,
      document: document.implementation.createHTMLDocument(),
      location: {
        at: '',
        replace(to: string) {
          this.at = to
        },
      },
      close() {
        this.closed = true
      },
    }
  }

  beforeEach(() => {
    bff.on('POST', '/actions/enter', () => ({
      body: { result: { show: [], open: url, changed: [] }, warnings: [] },
    }))
  })

  it('opens a tab in the gesture, cuts its way back, and goes there', async () => {
    const opened = tab()
    // Only what the element uses of a window.
    window.open = () => opened as unknown as Window
    const element = await shown()
    await press(element, 'button', 'Enter')
    await waitUntil(() => opened.location.at !== '')
    expect(opened.location.at).to.equal(url)
    expect(opened.opener).to.equal(null)
  })

  it('leaves the address nowhere in the page', async () => {
    const opened = tab()
    window.open = () => opened as unknown as Window
    const element = await shown()
    await press(element, 'button', 'Enter')
    await waitUntil(() => opened.location.at !== '')
    await untilState(element, 'ready')
    expect(element.shadowRoot?.innerHTML).not.to.include('cpsess')
    expect(JSON.stringify(history.state)).not.to.include('cpsess')
  })

  it('offers a button when the browser has blocked the tab', async () => {
    window.open = () => null
    const element = await shown()
    await press(element, 'button', 'Enter')
    await the(element, 'dialog', 'Enter')
    const opened = tab()
    window.open = () => opened as unknown as Window
    await key('Enter')
    expect(opened.location.at).to.equal(url)
    await waitUntil(() => all(element, 'dialog').length === 0)
  })

  it('opens nothing that is not https', async () => {
    bff.on('POST', '/actions/enter', () => ({
      body: { result: { show: [], open: 'http://server.test/', changed: [] }, warnings: [] },
    }))
    const opened = tab()
    window.open = () => opened as unknown as Window
    const element = await shown()
    await press(element, 'button', 'Enter')
    await untilState(element, 'failed')
    expect(opened.closed).to.equal(true)
    expect(opened.location.at).to.equal('')
  })
})

describe('an operation that needs a person', () => {
  const waiting = anOperation({
    state: 'attention',
    waiting: { ...text('We could not find out.'), until: null },
    can: ['retry', 'resolve'],
    action: 'rekey',
    label: 'Rekey',
  })

  it('says what is known, what is not, and what can be done', async () => {
    bff.operation = {
      ...waiting,
      attention: {
        known: [text('It was sent once.')],
        unknown: [text('Not known: whether it was done.')],
        choices: [
          { ...text('Try again.'), do: 'retry' },
          {
            ...text('Say what you found, from noon on.'),
            do: 'resolve',
            from: '2026-11-25T12:00:00Z',
          },
        ],
      },
    }
    const element = await shown()
    await until(element, 'It was sent once.')
    await until(element, 'Not known: whether it was done.')
    await until(element, 'Say what you found, from noon on.')
    expect(element.renderRoot.querySelector('.attention')?.hasAttribute('open')).to.equal(true)
  })

  it('is retried with the secrets typed afresh', async () => {
    bff.operation = waiting
    bff.on('POST', '/retry', () => {
      // The brand, as the BFF gives it.
      const id = 'op_01jd0000000000000000000001' as typeof waiting.id
      bff.operation = anOperation({ id, label: 'Rekey', retry_of: waiting.id })
      return { status: 202, body: bff.operation }
    })
    const element = await shown()
    await until(element, 'We could not find out.')
    await press(element, 'button', 'Try again')
    await the(element, 'dialog', 'Rekey')
    expect(all(element, 'textbox')).to.have.length(1)
    await type(element, 'Pass phrase', 'correct horse 2')
    await key('Enter')
    await until(element, 'Rekey – running')
    const [sent] = bff.sent('POST', `/v1/operations/${waiting.id}/retry`)
    expect(sent?.body).to.deep.equal({ input: { pass: 'correct horse 2' } })
    expect(sent?.key).to.be.a('string')
  })

  it('takes a verdict with its reason', async () => {
    bff.operation = waiting
    bff.on('POST', '/resolve', () => {
      bff.operation = { ...waiting, state: 'resolved', version: 2, finished_at: 'x', can: [] }
      return { body: bff.operation }
    })
    const element = await shown()
    await press(element, 'button', 'Say what happened')
    await press(element, 'radio', 'It was done')
    await type(element, 'How do you know?', 'I looked.')
    await press(element, 'button', 'Record this')
    await until(element, 'Rekey – closed by a person')
    const [sent] = bff.sent('POST', '/resolve')
    expect(sent?.body).to.deep.equal({ verdict: 'done', why: 'I looked.' })
  })
})

describe('an operation that is being checked', () => {
  it('says until when, that the page may be closed, and what cancelling means', async () => {
    bff.operation = anOperation({
      state: 'checking',
      waiting: {
        ...text('The server has not answered. You may close this page.'),
        until: '2026-11-24T14:32:00Z',
      },
    })
    bff.on('POST', '/cancel', () => {
      bff.operation = anOperation({ state: 'checking', version: 2, can: [] })
      return { body: bff.operation }
    })
    const element = await shown()
    await until(element, /has not answered\. You may close this page\. Until Nov 24, 2026/)
    await press(element, 'button', 'Do not send it again')
    await waitUntil(() => bff.count('POST', '/cancel') === 1)
    await waitUntil(() => all(element, 'button', 'Do not send it again').length === 0)
  })
})

describe('an operation that is planned', () => {
  it('is shown with its date, and can be cancelled', async () => {
    bff.scheduled = anOperation({
      state: 'scheduled',
      label: 'Erase',
      due_at: '2026-12-01T10:00:00Z',
      waiting: { ...text('Planned for December 1.'), until: null },
    })
    const element = await shown()
    await until(element, /Erase – planned.*Planned for December 1\./)
    bff.on('POST', '/cancel', () => {
      bff.scheduled = undefined
      return { body: anOperation({ state: 'cancelled', version: 2, finished_at: 'x', can: [] }) }
    })
    await press(element, 'button', 'Cancel')
    await waitUntil(() => !element.shadowRoot?.textContent?.includes('Planned for December 1'))
  })
})

describe('two elements for one service', () => {
  it('see the same operation', async () => {
    const place = await fixture<HTMLElement>(html`<div>
      <provision-actions bff="https://bff.test" token="t" service="1042"></provision-actions>
      <provision-actions bff="https://bff.test" token="t" service="1042"></provision-actions>
    </div>`)
    const [one, two] = [...place.querySelectorAll<ProvisionActions>('provision-actions')]
    if (one === undefined || two === undefined) throw new Error('no elements')
    await untilState(one, 'ready')
    await untilState(two, 'ready')
    await press(one, 'button', 'Frobnicate')
    await until(one, 'Frobnicate – running')
    await until(two, 'Frobnicate – running')
  })
})
