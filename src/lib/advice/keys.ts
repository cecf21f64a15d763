// KMS keys and secrets.
import type { Known } from './known.ts'

export const keys: Known[] = [
  {
    id: 'key-pending-deletion',
    when: /key\/(?<key>[\w-]+) is pending deletion/,
    seen: 'stackengine.dev/aws-kms-key-pending-deletion-update',
    next: 'The key {key} is about to be deleted. Keep it: aws kms cancel-key-deletion --key-id {key} --region {region}, then aws kms enable-key --key-id {key} --region {region}',
  },
  {
    id: 'key-disabled',
    when: /key\/(?<key>[\w-]+) is disabled/,
    seen: 'aws/aws-cryptographic-material-providers-library#1235',
    next: 'The key {key} is disabled. Enable it: aws kms enable-key --key-id {key} --region {region}',
  },
  {
    id: 'key-not-for-log-group',
    when: /KMS key does not exist or is not allowed to be used with Arn '[^']*log-group:(?<group>[^':]+)/i,
    seen: 'hashicorp/terraform-provider-aws#29282',
    next: 'CloudWatch Logs may not use the key for {group}. The key must be in {region}, and its policy must allow logs.{region}.amazonaws.com.',
  },
  {
    id: 'key-access-denied',
    when: /KMS key access denied|ciphertext refers to a customer master key|not allowed to access.*\bkey\b/i,
    seen: 'aws/aws-cdk#18616',
    next: 'The key that {resource} uses does not exist in {region}, or its policy does not allow that use. Give it a key of {region} and allow the service in the policy of the key.',
  },
  {
    id: 'secret-missing',
    when: /Secrets Manager can't find the specified secret/i,
    seen: 'aws-cloudformation/cloudformation-coverage-roadmap#1187',
    next: 'The secret dr/{system}/{suffix}/database is missing in {region}. Make it yourself, or let dr make it with --create-secret.',
  },
  {
    id: 'secret-key-missing',
    when: /Could not find a value associated with JSONKey in SecretString/i,
    seen: 'aws-cloudformation/cloudformation-coverage-roadmap#1822, aws/aws-sam-cli#2153',
    next: 'The secret that {resource} reads lacks a key, or is no JSON. See its keys: aws secretsmanager get-secret-value --secret-id dr/{system}/{suffix}/database --region {region}',
  },
]
