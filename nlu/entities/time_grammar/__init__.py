"""The grammar of time expressions: rules find readings, readings combine, a reading resolves to a Moment."""
