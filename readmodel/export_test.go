package readmodel

var AdministrativeTables = administrativeTables
