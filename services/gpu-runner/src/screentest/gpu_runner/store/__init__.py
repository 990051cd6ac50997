"""All SQL of the gpu-runner service."""
