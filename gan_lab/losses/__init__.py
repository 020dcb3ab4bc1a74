"""Adversarial losses: functions of the discriminator's logits."""
