"""One step: prune, place, lower, stage, run; the caches, and the state that steps change."""
