package event

// Predicts reports whether the decoder finds all of a record where it predicts
// it, so that nothing of ours takes the slow way without anybody noticing.
func Predicts(d *Decoder, rec *Record) bool {
	var env Envelope
	if !d.predictedMeta(rec.Metadata, &env) {
		return false
	}
	t, err := d.targetOf(Schema{rec.Type, env.Version})
	if err != nil {
		return false
	}
	end, ok := d.fields(t.slots, rec.Data, 0)
	return ok && end == len(rec.Data)
}
