package readmodel

var AdministrativeTables = administrativeTables

func (d *Dialect) SQL(version int64, statement string) string { return d.sql(version, statement) }
