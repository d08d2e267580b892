import { ProvisionSession } from '../session/session-element.ts'

if (!customElements.get('provision-session')) {
  customElements.define('provision-session', ProvisionSession)
}
