"""Generated examples have no time limit: a busy machine is not a fault of the engine."""

from hypothesis import HealthCheck, settings

settings.register_profile("untimed", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
