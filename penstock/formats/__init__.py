"""What stands in files: GraphDefs, checkpoints, records, events. Bytes in, bytes out."""
