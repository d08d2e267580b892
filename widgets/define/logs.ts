import { ProvisionLogs } from '../logs/provision-logs.ts'

if (!customElements.get('provision-logs')) {
  customElements.define('provision-logs', ProvisionLogs)
}
