// What a drill contributes to the frameworks that auditors name, and where it stops. Wording is ours; sources are the
// controls themselves (NIST SP 800-53 rev 5 moderate baseline; PCI DSS v4 12.10; SOC 2 A1; ISO 22301 8.5; GDPR 32).

interface Framework {
  name: string
  /** What this pack holds for it. */
  gives: string
  /** What it asks for that a drill of dr does not give. */
  lacks: string
}

export const frameworks: readonly Framework[] = [
  {
    name: 'FedRAMP Moderate CP-4',
    gives: 'a functional exercise against written objectives: plan with hash, results, checks, corrective actions',
    lacks: 'the contingency plan itself, its review, and the roles of people; "aligned with" is not "authorized"',
  },
  {
    name: 'FedRAMP Moderate CP-10',
    gives: 'recovery and reconstitution to a known state, each with its time; transactions lost, late or unknown',
    lacks: 'recovery of what this drill did not touch',
  },
  {
    name: 'PCI DSS 12.10.2',
    gives: 'the part of the yearly test that concerns business recovery and backup',
    lacks: 'the rest of the incident response plan: a failover drill alone does not satisfy it',
  },
  {
    name: 'SOC 2 A1.3',
    gives:
      'a tested recovery procedure; a journal in which each line has the hash of the one before, and a hash of every file',
    lacks:
      'proof against whoever may write to the bucket: keep the hash of the manifest elsewhere; and the schedule of tests',
  },
  {
    name: 'ISO 22301 8.5',
    gives: 'one exercise with scope, result, deviations and improvements',
    lacks: 'the exercise programme',
  },
  {
    name: 'GDPR Article 32(1)(c) and (d)',
    gives: 'a regular test of the ability to restore availability, with the time it took',
    lacks: 'any judgement on confidentiality, and on personal data outside this system',
  },
]
