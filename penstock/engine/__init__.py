"""From a closed part of a program to something that computes it; two tiers with one meaning."""
